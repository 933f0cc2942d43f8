"""Findings of the family `check`."""
