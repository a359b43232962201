"""How a parsed query becomes ranked passages in their place."""
