"""What a question of each kind is as JSON: a file a kind."""
