"""The process that the outside talks to: it receives, and passes on what the engine answers."""
