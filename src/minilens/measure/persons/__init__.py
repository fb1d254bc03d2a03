"""The persons behind a figure: exactly those whom it counts."""
