"""Payments as servers tell them beside what the tracker saw, order by order."""
