"""Findings of the family `dns`."""
