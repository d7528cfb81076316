"""What admission knows and how it decides; pure."""
