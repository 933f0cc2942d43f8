"""Findings of the family `logs`."""
