"""What identity does: one async function a verb; transactions and the outbox are here."""
