"""Checkbox, the registrar of fiscal receipts (ПРРО), as its published API describes it."""
