"""`python -m brama.simulators.mail --port N --smtp-port N --data FILE.sqlite`."""

from brama.simulators.mail.app import main

main()
