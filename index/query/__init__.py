"""A typed query to a plan; nothing here reads a text of the archive."""
