"""All data taken from one warehouse to another, while events keep arriving."""
