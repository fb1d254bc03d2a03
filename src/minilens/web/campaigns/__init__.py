"""Campaign links: made, listed, printed, and what their codes stand for."""
