"""Files that come in and go out: import and export."""
