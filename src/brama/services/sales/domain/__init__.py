"""What sales decides: pure, no I/O, no clock."""
