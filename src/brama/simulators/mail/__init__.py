"""A mail catcher: an SMTP server that delivers nothing and shows everything."""
