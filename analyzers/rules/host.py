"""Findings of the family `host`."""
