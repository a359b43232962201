"""The places of a query in a stored text: decides what an engine cannot, and highlights."""

from index.match.matcher import Matcher, Subject

__all__ = ["Matcher", "Subject"]
