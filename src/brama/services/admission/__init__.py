"""Admission: the gates, their log and what contradicts itself in it."""
