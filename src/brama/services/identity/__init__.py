"""Who may do what: organisers, their people, sessions, gate devices, the audit trail."""
