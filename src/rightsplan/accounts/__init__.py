"""Sign-in and people."""
