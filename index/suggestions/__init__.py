"""The archive's own words, and help with the query."""
