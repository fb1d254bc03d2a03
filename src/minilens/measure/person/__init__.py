"""One person: what is known of them, how they came to be one, and what they did."""
