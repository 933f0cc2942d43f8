"""Findings of the family `ssl`."""
