"""One user of a mini program: found, looked at, handed out, erased; by pages and by API."""
