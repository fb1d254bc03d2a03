"""What people do one after the other: which page or event follows which, or comes before it."""
