"""How people come in, and what they set for themselves."""
