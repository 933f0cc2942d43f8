"""Findings of the family `sunrise`."""
