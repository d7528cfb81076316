"""What analytics does: it learns from facts, and answers questions."""
