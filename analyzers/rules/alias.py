"""Findings of the family `alias`."""
