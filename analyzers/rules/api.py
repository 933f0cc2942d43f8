"""Findings of the family `api`."""
