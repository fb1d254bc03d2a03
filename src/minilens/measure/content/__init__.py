"""What an Official Account's console tells: of articles, of followers and menu over time, beside what came of it."""
