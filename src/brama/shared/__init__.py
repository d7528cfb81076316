"""Stateless parts that several services use: codes, tokens, pictures, dates."""
