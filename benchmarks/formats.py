"""How fast files of each format are read, and in how much memory, beside what else reads them.

    python benchmarks/formats.py [--megabytes 50] [--only ENDING]… [--save]

The files hold a megabyte of text each, the seed article over and over; pandoc and LibreOffice write most of
them. Each full stop of it has to come out. The peers are pandoc, and pypdf and openpyxl where they are
installed; of what a peer loses the share of full stops is said.
"""

from __future__ import annotations

import argparse
import csv
import io
import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from measuring import Figures, cost, save  # noqa: E402

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


OFFICE = {".pdf": ".odt", ".xlsx": ".csv"}
"""What LibreOffice makes of what."""
PEERS = {".pdf": "pypdf", ".xlsx": "openpyxl", **dict.fromkeys([".md", *PANDOC], "pandoc")}
del PEERS[".xml"]


def make(ending: str, file: Path, lines: list[str]) -> bytes:
    """A file of a format."""
    if ending in WRITTEN:
        return WRITTEN[ending](lines).encode()
    if ending in OFFICE:
        before = file.with_suffix(OFFICE[ending])
        before.write_bytes(make(before.suffix, before, lines))
        profile = f"-env:UserInstallation={(file.parent / 'profile').as_uri()}"
        command = ["soffice", profile, "--headless", "--convert-to", ending[1:], "--infilter=CSV:44,34,76,1"]
        command = command if ending == ".xlsx" else command[:-1]
        subprocess.run([*command, before.name], cwd=file.parent, check=True, capture_output=True)
        return file.read_bytes()
    command = ["pandoc", "-s", "-f", "markdown-smart", "-t", PANDOC[ending], "-o", str(file)]
    subprocess.run(command, input="\n\n".join(lines).encode(), check=True, capture_output=True)
    return file.read_bytes()


def stops_of_juanzong(files: list[Path]) -> int:
    """The full stops that the readers give."""
    found = 0
    for path in files:
        for item in read(SourceFile(path, path.name, path.stat().st_size, 0)):
            if isinstance(item, Document):
                found += sum(piece.text.count(STOP) for piece in item.pieces)
    return found


def stops_of_pypdf(files: list[Path]) -> int:
    """Those that pypdf gives."""
    from pypdf import PdfReader  # type: ignore[import-not-found, unused-ignore]

    return sum(page.extract_text().count(STOP) for file in files for page in PdfReader(file).pages)


def stops_of_openpyxl(files: list[Path]) -> int:
    """Those that openpyxl gives, which reads row by row too."""
    from openpyxl import load_workbook  # type: ignore[import-not-found, import-untyped, unused-ignore]

    sheets = (load_workbook(file, read_only=True).active for file in files)
    return sum(str(cell).count(STOP) for sheet in sheets for row in sheet.values for cell in row)


def stops_of_pandoc(files: list[Path]) -> int:
    """Those that pandoc gives."""
    command = ["pandoc", "-t", "plain", "--wrap=none"]
    return sum(subprocess.check_output([*command, file]).decode().count(STOP) for file in files)


def main() -> int:
    """Measure one format after the other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=50)
    parser.add_argument("--only", action="append", choices=[*WRITTEN, *PANDOC, *OFFICE])
    parser.add_argument("--save", action="store_true", help="keep the figures under benchmarks/results")
    parser.add_argument("--by", help=argparse.SUPPRESS)
    parser.add_argument("files", nargs="*", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.by:
        print(globals()[f"stops_of_{options.by}"](options.files))
        return 0
    lines = paragraphs()
    wanted = "".join(lines).count(STOP) * options.megabytes
    figures: Figures = {}
    print("format by           MB/s  memory MB     kept")
    for ending in options.only or [*WRITTEN, *PANDOC, *OFFICE]:
        with tempfile.TemporaryDirectory() as folder:
            files = [Path(folder) / f"{n}{ending}" for n in range(options.megabytes)]
            data = make(ending, files[0], lines)
            for file in files:
                file.write_bytes(data)
            for by in filter(None, ("juanzong", PEERS.get(ending))):
                if by in ("pypdf", "openpyxl") and find_spec(by) is None:
                    continue
                found = cost([sys.executable, __file__, "--by", by, *files])
                kept = int(found.output) / wanted
                if kept != 1 and by == "juanzong":
                    print(f"{ending}: {found.output.strip()} full stops of {wanted}", file=sys.stderr)
                    return 1
                speed, memory = options.megabytes / found.seconds, found.memory / 1e6
                figures[f"{ending} {by}"] = {
                    "MB/s": round(speed, 2), "memory MB": round(memory), "kept": round(kept, 4)
                }  # fmt: skip
                print(f"{ending:6} {by:9} {speed:7.2f} {memory:10.0f} {kept:8.2%}", flush=True)
    if options.save:
        print(save("formats", {"megabytes": options.megabytes, "figures": figures}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
