"""From HTTP or a file to the spool, stateless; never touches the engine."""
