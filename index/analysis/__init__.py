"""Texts to tokens, the same on both sides of the search."""
