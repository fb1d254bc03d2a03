"""The kinds of report: how the address of each is read, which question it asks, what draws it."""
