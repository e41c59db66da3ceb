"""What needs more than one session: the night's sessions, inferred auto-replies, an agent's open sessions, returns."""
