"""What sales does: one async function per verb."""
