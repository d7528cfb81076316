"""Brama on one machine: PostgreSQL, NATS and Caddy from their wheels, and their supervisor."""
