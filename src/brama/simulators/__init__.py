"""Stand-ins for the outside world: separate processes that speak the providers' own wire protocols.

Services never import them and they import nothing of the services; see README.md.
"""
