"""Pure decisions and frozen values; no I/O, no clock."""
