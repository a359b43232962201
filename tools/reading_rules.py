"""Print docs/using/reading-rules.md, made from the rules: python tools/reading_rules.py"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from archive.page.rules import CHAPTERS, DESCRIBED

HEAD = """# How a page is read

A plain text becomes a document by the rules below (`archive/page/`). A rule looks at the shape of lines:
their width, how they end, the blank lines around them, the marks and labels in front of them, and their
place on the page. No rule knows an article. What no rule knows stays a paragraph, since a wrong heading,
author or join does more harm than a missed one.

`juanzong inspect FILE` prints each line of a file with its piece, its kind and its rule.

What always holds, for any text:

- Every character that is not white space stands in exactly one piece, or in a mark (the dash before a
  deck). Nothing is dropped, repeated, repaired or put in another order inside a piece.
- The text of a piece is exactly the characters of its places in the file, joined with nothing between.
- A piece that was joined, or taken out of the order of the file, names the rule that did it.
- Reading takes time in proportion to the length of the text.

Words used here: a line is *open* when it does not end as a sentence or a part of one does (。，；：); a
*phrase* is an open line of at most 50 Han characters without a full stop inside; *running text* is a
paragraph with punctuation inside; a *wide gap* has two blank lines or more, and more than the page
usually has between lines. Widths are in Han characters; Latin letters count half.

Each rule has an example that a test reads; the lines are shortened as far as the rule allows.
"""


def document() -> str:
    """The whole page."""
    parts = [HEAD]
    for chapter, intro in CHAPTERS.items():
        parts.append(f"## {chapter}\n")
        if intro:
            parts.append(f"{intro}\n")
        for rule in (rule for rule in DESCRIBED if rule.chapter == chapter):
            text = "\n".join(line.strip() for line in rule.text.splitlines())
            parts.append(f"### `{rule.name}`\n\n{text}\n\n```page\n{rule.example}```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    print(document(), end="")
