"""Findings of the family `mapping`."""
