"""What advertising cost, beside what it brought: over time, and told apart by campaign, ad set, creative, landing."""
