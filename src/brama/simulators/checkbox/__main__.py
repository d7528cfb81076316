"""`python -m brama.simulators.checkbox --port N --data FILE.sqlite --register LICENSE:PIN`."""

from brama.simulators.checkbox.app import main

main()
