"""`python -m brama.simulators.monobank --port N --data FILE.sqlite`."""

from brama.simulators.monobank.app import main

main()
