"""E-mails: composed once from what was heard, sent at least once with the same content."""
