"""Speed and size: one command, one table. `make bench`, or `python -m bench --help`."""
