"""How fast files of each format are read, and in how much memory, beside pandoc where that reads them.

    python benchmarks/formats.py [--megabytes 50] [--only ENDING]…

The files hold a megabyte of text each, the seed article over and over; pandoc writes most of them. Each full
stop of it has to come out.
"""

from __future__ import annotations

import argparse
import csv
import io
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from measuring import cost  # noqa: E402

from archive.model import Document  # noqa: E402
from archive.readers import read  # noqa: E402
from archive.sources import SourceFile  # noqa: E402

SEED = next((ROOT / "source_texts").glob("*.txt"))
STOP = "。"
PANDOC = {".html": "html5", ".epub": "epub3", ".xml": "tei", ".docx": "docx", ".odt": "odt", ".rtf": "rtf"}


def paragraphs() -> list[str]:
    """A megabyte of text."""
    lines = [line.strip() for line in SEED.read_text("utf-8").splitlines() if line.strip()]
    return lines * (1_000_000 // len("".join(lines).encode()))


def _table(lines: list[str]) -> str:
    file = io.StringIO()
    csv.writer(file).writerows([["title", "text"], *(["-", line] for line in lines)])
    return file.getvalue()


def _subtitles(lines: list[str]) -> str:
    clock = "00:00:01,000 --> 00:00:02,000"
    return "".join(f"{n}\n{clock}\n{line}\n\n" for n, line in enumerate(lines, 1))


WRITTEN: dict[str, Callable[[list[str]], str]] = {
    ".txt": "\n\n".join,
    ".md": "\n\n".join,
    ".csv": _table,
    ".srt": _subtitles,
}


def make(ending: str, file: Path, lines: list[str]) -> bytes:
    """A file of a format."""
    if ending in WRITTEN:
        return WRITTEN[ending](lines).encode()
    command = ["pandoc", "-s", "-f", "markdown-smart", "-t", PANDOC[ending], "-o", str(file)]
    subprocess.run(command, input="\n\n".join(lines).encode(), check=True, capture_output=True)
    return file.read_bytes()


def stops(files: list[Path]) -> int:
    """The full stops that the readers give."""
    found = 0
    for path in files:
        for item in read(SourceFile(path, path.name, path.stat().st_size, 0)):
            if isinstance(item, Document):
                found += sum(piece.text.count(STOP) for piece in item.pieces)
    return found


def stops_of_pandoc(files: list[Path]) -> int:
    """Those that pandoc gives."""
    command = ["pandoc", "-t", "plain", "--wrap=none"]
    return sum(subprocess.check_output([*command, file]).decode().count(STOP) for file in files)


def main() -> int:
    """Measure one format after the other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=50)
    parser.add_argument("--only", action="append", choices=[*WRITTEN, *PANDOC])
    parser.add_argument("--read", nargs="+", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--pandoc", nargs="+", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.read or options.pandoc:
        print(stops(options.read) if options.read else stops_of_pandoc(options.pandoc))
        return 0
    lines = paragraphs()
    wanted = "".join(lines).count(STOP) * options.megabytes
    print("format    MB/s   memory MB   pandoc MB/s   memory MB")
    for ending in options.only or [*WRITTEN, *PANDOC]:
        with tempfile.TemporaryDirectory() as folder:
            files = [Path(folder) / f"{n}{ending}" for n in range(options.megabytes)]
            data = make(ending, files[0], lines)
            for file in files:
                file.write_bytes(data)
            row = f"{ending:6}"
            by_pandoc = ending == ".md" or (ending in PANDOC and ending != ".xml")
            for by in ("--read", "--pandoc") if by_pandoc else ("--read",):
                found = cost([sys.executable, __file__, by, *files])
                if int(found.output) != wanted:
                    print(f"{ending} {by}: {found.output.strip()} full stops of {wanted}", file=sys.stderr)
                    return 1
                row += f" {options.megabytes / found.seconds:7.2f} {found.memory / 1e6:11.0f}  "
            print(row, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
