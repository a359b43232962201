"""Write the tables of formats and of notes into docs/using/formats.md: python tools/format_table.py"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from archive.formats import FORMATS  # noqa: E402
from archive.messages import LOCALE, text_of  # noqa: E402

CATALOGUE = LOCALE / "en" / "LC_MESSAGES" / "messages.po"
MANUAL = ROOT / "docs" / "using" / "formats.md"


def formats() -> str:
    """The formats in their order, a row each."""
    rows = ["| ending | format | what is not in the archive |", "| --- | --- | --- |"]
    for one in FORMATS:
        rows.append(f"| {' '.join(f'`{ending}`' for ending in one.endings)} | {one.name} | {one.lacks} |")
    return "\n".join(rows)


def notes() -> str:
    """The codes of a report's notes, a row each; that of a dictionary is not about a text."""
    codes = re.findall(r'^msgid "reason\.(\w+)"$', CATALOGUE.read_text("utf-8"), re.MULTILINE)
    rows = [
        f"| `{code}` | {text_of('en', f'reason.{code}')} |" for code in codes if code != "dictionary_line"
    ]
    return "\n".join(["| code | meaning |", "| --- | --- |", *rows])


def document() -> str:
    """The manual with its first and its last table as they have to be."""
    before, _, rest = MANUAL.read_text("utf-8").partition("\n\n| ending")
    between = rest.partition("\n\n")[2].partition("\n\n| code |")[0]
    return "\n\n".join([before, formats(), between, notes()]) + "\n"


if __name__ == "__main__":
    MANUAL.write_text(document(), "utf-8")
