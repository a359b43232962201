"""The places of a query in a stored text: decides what an engine cannot, and highlights."""

from index.match.matcher import Mark, Matcher, Subject, written

__all__ = ["Mark", "Matcher", "Subject", "written"]
