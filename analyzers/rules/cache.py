"""Findings of the family `cache`."""
