"""Findings of the family `settings`."""
