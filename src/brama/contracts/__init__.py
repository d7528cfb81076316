"""The facts that each service says: all that one service knows of another."""
