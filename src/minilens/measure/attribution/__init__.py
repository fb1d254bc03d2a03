"""Which touches brought a conversion: its credit handed out by several models, side by side."""
