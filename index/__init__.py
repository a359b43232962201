"""How a text is found: analysis, query language, engines, building and searching."""
