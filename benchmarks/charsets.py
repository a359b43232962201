"""How often an encoding is recognised, by the number of characters: the figures of docs/using/formats.md.

    python benchmarks/charsets.py DATA CLASSICAL [--save]

DATA holds ``cmrc2018`` and ``drcd``, CLASSICAL is the unpacked folder of classical books. First 300 texts
of 20 to 20,000 characters in each encoding are judged: a text is right where each of its characters is.
Then slices of a few characters. chardet and charset-normalizer, where they are installed, judge the
same texts (GBK is read as GB18030, as browsers do), and slices of four characters.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from measuring import Figures, save  # noqa: E402

from archive.decoding import text_of  # noqa: E402
from archive.encoding import NotTextError, decode  # noqa: E402

SLICES = 1_500
WHOLE = 300
SHORT, LONG = 20, 200
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


ENCODINGS = {
    "utf-8": "all", "utf-8-sig": "all", "utf-16": "all", "utf-16-le": "all", "utf-16-be": "all",
    "utf-32": "all", "gb18030": "all", "gbk": "all", "cp950": "drcd", "big5hkscs": "drcd", "hz": "cmrc2018",
}  # fmt: skip
"""Those in which Chinese texts come, and which texts are written in them."""


def long_texts(codec: str, texts: list[str]) -> Iterator[tuple[str, bytes]]:
    """300 texts, as many of each order of magnitude, cut anywhere out of what can be written so."""
    rng = random.Random(7)
    made = 0
    while made < WHOLE:
        length = round(SHORT * 1000 ** rng.random())
        first = rng.randrange(len(texts))
        run, size = list[str](), 0
        while size < 2 * length:
            run.append(texts[(first + len(run)) % len(texts)])
            size += len(run[-1])
        start = rng.randrange(length)
        text = "\n".join(run)[start : start + length]
        if not codec.startswith("utf"):
            text = text_of(text.encode(codec, "ignore"), family(codec))
            text = text.encode(codec, "ignore").decode(codec)
        if len(text) >= SHORT:
            made += 1
            yield text, text.encode(codec)


def by_encoding(sets: list[tuple[str, str, list[str], bool]]) -> Figures:
    """For each encoding what was wrong: characters, as what it was read, whether the doubt was said.

    And how many of the ``long`` texts (200 characters and above) each peer has right.
    """
    kinds = {name: texts for name, _, texts, _ in sets}
    kinds["all"] = [text for name in ("cmrc2018", "classical", "drcd") for text in kinds[name][:400]]
    judges = {name: judge for name, judge in libraries().items() if "told" not in name}
    found: Figures = {}
    for codec, kind in ENCODINGS.items():
        row: Figures = {"texts": WHOLE, "long": 0, **dict.fromkeys(judges, 0), "wrong": []}
        for text, data in long_texts(codec, kinds[kind]):
            row["long"] += len(text) >= LONG
            try:
                read = decode(data)
            except NotTextError:  # said, and left out
                row["wrong"].append([len(text), "no text", True])
            else:
                if read.text != text:
                    row["wrong"].append([len(text), read.encoding, read.doubt is not None])
            for name, judge in judges.items():
                row[name] += len(text) >= LONG and _read_as(data, judge(data)) == text
        found[codec] = row
        print(codec, json.dumps(row), flush=True)
    return found


def _read_as(data: bytes, name: str | None) -> str | None:
    try:
        return text_of(data, family(name)).lstrip("\ufeff")
    except LookupError:
        return None


def main() -> None:
    """Print the table, then the peers."""
    sets = collections(Path(sys.argv[1]), Path(sys.argv[2]))
    found = by_encoding(sets)
    if "--save" in sys.argv:
        print(save("charsets", {"peers": [*libraries()], "texts": found}))
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
