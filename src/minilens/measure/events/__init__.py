"""What people ask of any event: how often, of how many, the sum of a property; by what, under which conditions."""
