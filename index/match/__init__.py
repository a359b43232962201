"""The places of a query in a text: verifies what an engine cannot decide, and highlights."""

from index.match.matcher import Mark, Matcher, Subject, written

__all__ = ["Mark", "Matcher", "Subject", "written"]
