"""How a text is found: analysis, query language, engines, building and searching.

Imports ``archive``; never ``web`` or ``cli``.
"""
