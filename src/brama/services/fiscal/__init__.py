"""Fiscal receipts: registers, shifts, and one registered receipt for each payment and each refund."""
