"""Pure thinking: evidence in, findings out. No clock, no disk, no network, no log, no print."""
