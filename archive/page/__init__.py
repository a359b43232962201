"""Lines to pieces and sections, by named rules: the table ``RULES`` and its loop in ``reading.py``."""

from archive.page.compose import structure
from archive.page.rules import Mark, Structure

__all__ = ["Mark", "Structure", "structure"]
