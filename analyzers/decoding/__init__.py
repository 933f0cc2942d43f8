"""From the bytes of one file of the evidence folder to one evidence record, tolerant to the letter."""
