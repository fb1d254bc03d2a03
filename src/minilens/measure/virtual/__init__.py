"""Virtual events: named conditions over events that are kept anyway, so that they count backwards."""
