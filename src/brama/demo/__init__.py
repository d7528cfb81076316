"""A fictional club to try everything with: entered through the real operations, so that the books balance."""
