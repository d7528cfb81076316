"""Inventory, holds, orders, refunds asked for, tills and door sales."""
