"""Who comes back: the people of a day, on days after it."""
