"""The terminal: streams, language, passages as lines."""
