"""One table, many clothes: card, chart, JSON, CSV and text, all with the same figures."""
