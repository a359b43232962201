"""Write the table of formats into docs/using/formats.md: python tools/format_table.py"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from archive.formats import FORMATS  # noqa: E402

MANUAL = ROOT / "docs" / "using" / "formats.md"


def table() -> str:
    """The formats in their order, a row each."""
    rows = ["| ending | format | what is not in the archive |", "| --- | --- | --- |"]
    for one in FORMATS:
        rows.append(f"| {' '.join(f'`{ending}`' for ending in one.endings)} | {one.name} | {one.lacks} |")
    return "\n".join(rows)


def document() -> str:
    """The manual with the table as it has to be: its first one."""
    before, _, rest = MANUAL.read_text("utf-8").partition("\n\n| ending")
    return "\n\n".join([before, table(), rest.partition("\n\n")[2]])


if __name__ == "__main__":
    MANUAL.write_text(document(), "utf-8")
