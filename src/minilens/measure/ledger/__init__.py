"""What became of the events that came in: counted, a duplicate, in quarantine, or refused."""
