"""From the lines of a plain text to pieces and sections, by named rules (``docs/using/reading-rules.md``)."""

from archive.page.compose import structure
from archive.page.structure_types import Mark, Structure

__all__ = ["Mark", "Structure", "structure"]
