"""Tickets: issued once for a paid order, proved by their event's own key, printed, blocked, revoked."""
