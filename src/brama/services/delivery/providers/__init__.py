"""The vendors: they implement the ports."""
