"""From the lines of a plain text to pieces and sections, by named rules."""
