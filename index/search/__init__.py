"""A plan to hits in their place, documents, concordances, citations, exports."""
