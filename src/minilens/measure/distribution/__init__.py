"""How launches are distributed: each in one bucket, by how long it lasted or how deep it went."""
