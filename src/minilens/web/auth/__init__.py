"""Who asks, what may be done, and how often."""
