"""Findings of the family `plugin`."""
