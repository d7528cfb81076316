"""What admission does: one async function per verb; transactions are opened here."""
