"""Characters of Chinese text: folding to one form."""
