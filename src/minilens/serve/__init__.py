"""The processes of a running server: a supervisor, the receiver, and the engine's."""
