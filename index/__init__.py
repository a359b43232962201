"""What one does with an archive: building, updating, checking, searching; the data directory."""
