"""Engines: each finds and ranks tokens, and knows nothing of texts, queries or Chinese."""
