"""`python -m brama` is `brama`."""

from brama.cli import main

main()
