"""Findings of the family `module`."""
