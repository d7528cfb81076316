"""What all tests share: nothing yet but the settings in pyproject.toml; see `tests/support`."""
