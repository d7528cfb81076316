"""The catalogue: venues, events, ticket types, check-in lists, gates and posters."""
