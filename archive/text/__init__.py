"""Characters: folding, numerals, dates, readings in brackets."""
