"""Payments: money that comes, money that goes back, and the proof that neither happens twice."""
