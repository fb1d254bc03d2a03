"""What persons are worth: cohorts by their first touch, and what they pay, are paid back and come back for."""
