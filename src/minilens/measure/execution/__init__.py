"""How questions are run: who waits for whom, what is shared, what is cached."""
