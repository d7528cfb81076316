"""Files that accountants open."""
