"""Findings of the family `jobs`."""
