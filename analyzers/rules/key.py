"""Findings of the family `key`."""
