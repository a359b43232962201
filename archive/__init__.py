"""What a text is: documents and their pieces, readers for file formats, passages, and the text store.

This package knows nothing of searching; ``index`` builds on it, ``web`` and ``cli`` build on both.
"""
