"""Who did something in which period: who comes back, how often, and who is new or gone."""
