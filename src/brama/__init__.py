"""Brama: ticketing for a club and its partners."""

__version__ = "0.1.0"
