"""What a text is: documents and their pieces, readers for file formats, passages, and the text store."""
