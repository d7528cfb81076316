"""Vendors behind identity's ports."""
