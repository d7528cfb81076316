"""`python -m brama`."""

from brama.cli import main

main()
