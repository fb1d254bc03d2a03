"""Who brought whom by shared cards: what shares led to, how far they went, which groups took them up."""
