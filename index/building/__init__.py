"""How the texts of a folder become the store and the index of a generation."""
