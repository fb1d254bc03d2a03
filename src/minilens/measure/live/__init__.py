"""Questions about the last hours and minutes, answered from the events themselves."""
