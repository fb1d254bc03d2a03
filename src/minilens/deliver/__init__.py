"""Messages: what is sent to people, when, and by which channel."""
