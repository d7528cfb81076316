"""The ten autonomous services; none imports another."""
