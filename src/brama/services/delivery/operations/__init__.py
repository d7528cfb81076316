"""One async function per verb, a file per concern."""
