"""The outside world of the catalogue."""
