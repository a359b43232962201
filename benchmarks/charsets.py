"""How often an encoding is recognised, by the number of characters: the table of docs/using/formats.md.

    python benchmarks/charsets.py DATA CLASSICAL

DATA holds ``cmrc2018`` and ``drcd``, CLASSICAL is the unpacked folder of classical books. Texts are written
in the encodings that people use for them, and cut into slices. chardet and charset-normalizer, where they are
installed, judge the slices of four characters too, as they are and told of the four candidates.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from archive.encoding import NotTextError, decode

SLICES = 1_500
WHOLE = 300
LENGTHS = (2, 3, 4, 6, 8, 12, None)
TOLD = ["utf-8", "gb18030", "big5", "big5hkscs"]


def contexts(value: Any) -> Iterator[str]:
    """The passages of a file in the format of SQuAD or CMRC 2018."""
    if isinstance(value, dict):
        for name, item in value.items():
            if name in ("context", "context_text") and isinstance(item, str):
                yield item
            else:
                yield from contexts(item)
    elif isinstance(value, list):
        for item in value:
            yield from contexts(item)


def collections(data: Path, classical: Path) -> list[tuple[str, str, list[str], bool]]:
    """Name, codec, texts, and whether the last byte is cut off."""
    cmrc, drcd = (
        [
            text
            for path in sorted((data / name).glob("*.json"))
            for text in contexts(json.loads(path.read_text("utf-8")))
        ]
        for name in ("cmrc2018", "drcd")
    )
    chapters = random.Random(1).sample(sorted(classical.rglob("text.txt")), 400)
    books = [path.read_text("utf-8") for path in chapters]
    return [
        ("cmrc2018", "gb18030", cmrc, False),
        ("classical", "gb18030", books, False),
        ("drcd", "gb18030", drcd, False),
        ("drcd", "big5", drcd, False),
        ("drcd, cut", "utf-8", drcd, True),
    ]


def samples(texts: list[str], codec: str, cut: bool, length: int | None) -> Iterator[bytes]:
    """Slices in the encoding; those that it cannot write, and those of ASCII only, are passed over."""
    rng = random.Random(7)
    for _ in range(SLICES if length else WHOLE):
        text = rng.choice(texts)
        if length:
            start = rng.randrange(max(1, len(text) - length))
            text = text[start : start + length]
        try:
            data = text.encode(codec)
        except UnicodeEncodeError:
            continue
        if not data.isascii():
            yield data[:-1] if cut else data


def libraries() -> dict[str, Callable[[bytes], str | None]]:
    """Peers that are installed."""
    found: dict[str, Callable[[bytes], str | None]] = {}
    try:
        import chardet

        found["chardet"] = lambda data: chardet.detect(data)["encoding"]
        found["chardet, told"] = lambda data: chardet.detect(data, include_encodings=TOLD)["encoding"]
    except ImportError:
        pass
    try:
        from charset_normalizer import from_bytes

        def best(data: bytes, told: list[str] | None) -> str | None:
            match = from_bytes(data, cp_isolation=told).best()
            return match.encoding if match else None

        found["charset-normalizer"] = lambda data: best(data, None)
        found["charset-normalizer, told"] = lambda data: best(data, TOLD)
    except ImportError:
        pass
    return found


def family(name: str | None) -> str:
    """GBK and GB2312 are GB18030; the forms of Big5 are Big5."""
    plain = (name or "none").lower().replace("_", "-")
    if plain.startswith("gb") or plain == "cp936":
        return "gb18030"
    return "big5" if plain.startswith("big5") or plain == "cp950" else plain


def main() -> None:
    """Print the table, then the peers."""
    sets = collections(Path(sys.argv[1]), Path(sys.argv[2]))
    print("| characters | slices | wrong | of them without a doubt said | right, but doubted |")
    print("| --- | --- | --- | --- | --- |")
    for length in LENGTHS:
        total = wrong = silent = doubted = 0
        for _name, codec, texts, cut in sets:
            if cut and length and length < 4:
                continue
            for data in samples(texts, codec, cut, length):
                total += 1
                try:
                    decoded = decode(data)
                except NotTextError:
                    wrong += 1  # said, and left out
                    continue
                if decoded.encoding != codec:
                    wrong += 1
                    silent += decoded.doubt is None
                else:
                    doubted += decoded.doubt is not None
        print(f"| {length or 'whole'} | {total:,} | {wrong} | {silent} | {doubted / total:.1%} |", flush=True)
    for name, judge in {"this": lambda data: decode(data).encoding, **libraries()}.items():
        right = total = 0
        for _name, codec, texts, cut in sets:
            for data in [] if cut else list(samples(texts, codec, cut, 4))[:300]:
                total += 1
                right += family(judge(data)) == codec
        print(f"{name}: {right / total:.1%} of {total:,} slices of 4 characters", flush=True)


if __name__ == "__main__":
    main()
