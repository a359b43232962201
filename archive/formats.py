"""The file formats that are read, by the endings of names."""

from __future__ import annotations

SUFFIXES = {
    ".txt": "plain",
    ".text": "plain",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
}
"""The ending of a name, in lower case, and the module of ``archive.readers`` that reads such files."""

RECORDS = tuple(suffix for suffix, reader in SUFFIXES.items() if reader == "jsonl")
"""The endings of files that hold many documents."""
