"""Derive the folding tables of ``archive/text/tables`` from published data.

    python tools/make_tables.py [--unicode FOLDER] [--out FOLDER]

Needs the ``opencc`` wheel (its dictionaries), Debian's ``unicode-data`` (the Unicode Character Database with
Unihan) and jieba's dictionary (the frequency that chooses a class's form). Only jieba is needed to run
Juanzong. The rules by which links are taken or refused are explained in ``docs/making/analysis.md``.
"""

from __future__ import annotations

import argparse
import bz2
import importlib.metadata
import importlib.util
import re
import subprocess
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

from unicode_table import unicode_table

UNICODE = Path("/usr/share/unicode")
OUT = Path(__file__).resolve().parent.parent / "archive" / "text" / "tables"

# Links of OpenCC that would join two characters of everyday Chinese, and that none of
# its own conversion cases needs.
REFUSED = {frozenset("連聯"), frozenset("沪濾"), frozenset("呆待")}

Link = tuple[str, str, str]  # a character, another, the source that says so


def opencc_links() -> tuple[list[Link], list[Link]]:
    """Links of OpenCC's character tables: (between the two scripts, between variants)."""
    spec = importlib.util.find_spec("opencc")
    if spec is None or spec.origin is None:
        raise SystemExit("opencc is not installed: pip install opencc==1.4.2")
    folder = Path(spec.origin).parent / "clib"
    tables = (
        ("TSCharacters", "TS"),
        ("TSCharactersExt", "TS"),
        ("STCharacters", "ST"),
        ("TWVariants", "TW"),
        ("TWVariantsRev", "TW"),
        ("HKVariants", "HK"),
        ("HKVariantsRev", "HK"),
        ("JPShinjitaiCharacters", "JP"),
    )
    scripts: list[Link] = []
    variants: list[Link] = []
    with tempfile.TemporaryDirectory() as scratch:
        for name, source in tables:
            text = Path(scratch) / name
            subprocess.run(
                [
                    folder / "bin" / "opencc_dict",
                    *("-i", folder / "share" / "opencc" / f"{name}.ocd2", "-f", "ocd2"),
                    *("-o", text, "-t", "text"),
                ],
                check=True,
                capture_output=True,
            )
            for line in text.read_text(encoding="utf-8").splitlines():
                character, others = line.split("\t")
                for other in others.split(" "):
                    if (
                        len(character) == len(other) == 1
                        and character != other
                        and frozenset((character, other)) not in REFUSED
                    ):
                        (scripts if source in ("TS", "ST") else variants).append((character, other, source))
    return scripts, variants


def unihan(folder: Path, part: str) -> Iterator[tuple[str, str, str]]:
    """``(character, field, value)`` of one Unihan file."""
    with bz2.open(folder / f"Unihan_{part}.txt.bz2", "rt", encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("U+"):
                code, field, value = line.rstrip("\n").split("\t")
                yield chr(int(code[2:], 16)), field, value


def unihan_links(folder: Path) -> tuple[list[Link], list[Link]]:
    """Links of Unihan, the best supported first: (between the two scripts, between variants)."""
    found: dict[str, dict[tuple[str, str], int]] = defaultdict(dict)
    for character, field, value in unihan(folder, "Variants"):
        for item in value.split(" "):
            code, _, sources = item.partition("<")
            other = chr(int(code[2:], 16))
            if other != character:
                found[field][character, other] = len([s for s in sources.split(",") if s])
    scripts = [
        (a, b, "kSimplifiedVariant")
        for a, b in found["kSimplifiedVariant"]
        if (b, a) in found["kTraditionalVariant"]
    ]
    ranked: list[tuple[int, Link]] = []
    for a, b in found["kZVariant"]:
        ranked.append((18, (a, b, "kZVariant")))
    semantic = found["kSemanticVariant"]
    for a, b in semantic:
        if (b, a) in semantic and a < b:
            ranked.append((2 * max(semantic[a, b], semantic[b, a]), (a, b, "kSemanticVariant")))
    # EACC (ANSI Z39.64) gives the forms of one character the same place in planes that lie six apart; the
    # second of these layers holds the simplified forms.
    places: dict[tuple[int, int], list[tuple[int, str]]] = defaultdict(list)
    for character, field, value in unihan(folder, "OtherMappings"):
        if field == "kEACC":
            place = int(value, 16)
            layer, plane = divmod((place >> 16) - 0x21, 6)
            if layer < 12:
                places[plane, place & 0xFFFF].append((layer, character))
    for forms in places.values():
        (lowest, first), *others = sorted(forms)
        for layer, other in others:
            if 1 in (lowest, layer):
                scripts.append((first, other, "kEACC"))
            else:
                ranked.append((3, (first, other, "kEACC")))
    # Only what a definition begins with is said of the character, and not of one sense of it. Of two forms
    # that are named the first is taken: a link to the second would join both.
    named = (
        "Japanese|standard|non-standard|non-classical|ancient|archaic|corrupted|vulgar|abbreviated|variant|old"
        "|simplified|simple|incorrect|and|form|of"
    )
    same = re.compile(
        rf"(?:\([^()]*form\) )?\((?=[a-zA-Z])(?:same as )?(?:an? )?(?:(?:{named}),? ?)*"
        r"(?:U\+[0-9A-F]+ )?([^\x00-\u2fff])[^()]*\)"
    )
    for character, field, value in unihan(folder, "Readings"):
        if field == "kDefinition" and (match := same.match(value)) and match[1] != character:
            ranked.append((2, (character, match[1], "kDefinition")))
    # What more dictionaries and fields say comes first (a dictionary counts 2, EACC 3); of equal support the
    # link to the more common form.
    support: Counter[frozenset[str]] = Counter()
    for weight, (a, b, _) in ranked:
        support[frozenset((a, b))] += weight
    common = jieba_frequencies()

    def order(link: Link) -> tuple[int, bool, int, Link]:
        used = [common.get(c, 0) for c in link[:2] if encodes(c, "gb2312")]
        return -support[frozenset(link[:2])], not used, -max(used, default=0), link

    return sorted(scripts), sorted((link for _, link in ranked), key=order)


def everyday_links() -> list[Link]:
    """Links that were entered by hand: everyday forms that no other source links."""
    lines = (Path(__file__).parent / "everyday_variants.txt").read_text("utf-8").splitlines()
    return [(pair[0], pair[1], "hand") for line in lines if line[0] != "#" for pair in line.split()]


class Partition:
    """Classes of characters, joined link by link (union-find)."""

    def __init__(self) -> None:
        self.parents: dict[str, str] = {}
        self.members: dict[str, set[str]] = {}
        self.sources: dict[str, set[str]] = {}

    def root(self, character: str) -> str:
        """The character that stands for the class of this one."""
        if character not in self.parents:
            self.parents[character] = character
            self.members[character] = {character}
            self.sources[character] = set()
        while self.parents[character] != character:
            character = self.parents[character]
        return character

    def join(self, link: Link) -> None:
        """Make one class of two."""
        a, b = self.root(link[0]), self.root(link[1])
        if a != b:
            self.parents[b] = a
            self.members[a] |= self.members.pop(b)
            self.sources[a] |= self.sources.pop(b)
        self.sources[a].add(link[2])

    def classes(self) -> list[tuple[set[str], set[str]]]:
        """The members and the sources of each class of two or more."""
        return [
            (self.members[root], self.sources[root]) for root in self.members if len(self.members[root]) > 1
        ]


def encodes(character: str, codec: str) -> bool:
    """Whether a character set holds the character."""
    try:
        character.encode(codec)
    except UnicodeEncodeError:
        return False
    return True


def in_big5_level_1(character: str) -> bool:
    """Whether Big5 has it among the characters in frequent use."""
    return encodes(character, "big5") and character.encode("big5") < b"\xc6\x7f"


def joins_two_in_use(partition: Partition, link: Link) -> bool:
    """Whether the link would join two classes that both hold a character in use, in either script."""
    sides = [partition.members[partition.root(character)] for character in link[:2]]
    if link[2] == "kDefinition":
        # What a definition names is a form of its own: 蠋 does not become 躅 because 䠱 is defined by both.
        defined, named = (any(encodes(c, "gb2312") or in_big5_level_1(c) for c in side) for side in sides)
        if defined and not named:
            return True
    return any(
        all(any(in_use(c) for c in side) for side in sides)
        for in_use in (lambda c: encodes(c, "gb2312"), in_big5_level_1)
    )


def partitions(folder: Path) -> dict[str, list[tuple[set[str], set[str]]]]:
    """The three partitions: by both rules, by ``simplified`` alone, by ``variants`` alone."""
    scripts, variants = opencc_links()
    more_scripts, more_variants = unihan_links(folder)
    both, simplified, varied = Partition(), Partition(), Partition()
    for link in scripts:
        both.join(link)
        simplified.join(link)
    for link in variants + everyday_links():
        both.join(link)
        varied.join(link)
    for links, alone in ((more_scripts, simplified), (more_variants, varied)):
        for link in links:
            together = both.root(link[0]) == both.root(link[1])
            if together or not joins_two_in_use(both, link):
                both.join(link)
                alone.join(link)
    return {"both": both.classes(), "simplified": simplified.classes(), "variants": varied.classes()}


def jieba_frequencies() -> dict[str, int]:
    """Frequencies of single characters in jieba's dictionary, read without importing jieba."""
    spec = importlib.util.find_spec("jieba")
    if spec is None or spec.origin is None:
        raise SystemExit("jieba is not installed")
    frequencies = {}
    for line in (Path(spec.origin).parent / "dict.txt").read_text(encoding="utf-8").splitlines():
        word, frequency, *_ = line.split(" ")
        if len(word) == 1:
            frequencies[word] = int(frequency)
    return frequencies


def variants_tables(folder: Path) -> dict[str, str]:
    """``classes.tsv``, to be read by people, and ``folds.txt``, the same for the program."""
    frequencies = jieba_frequencies()

    def choice(character: str) -> tuple[bool, int, bool, int]:
        return (
            not encodes(character, "gb2312"),
            -frequencies.get(character, 0),
            not encodes(character, "big5"),
            ord(character),
        )

    with bz2.open(folder / "Unihan_Variants.txt.bz2", "rt", encoding="utf-8") as file:
        version = re.search(r"Unicode version: (\S+)", file.read(400))
    head = [
        "# Characters that are searched as one. Made by tools/make_tables.py: do not edit.",
        f"# OpenCC {importlib.metadata.version('opencc')} (Apache-2.0, github.com/BYVoid/OpenCC): TS ... JP",
        f"# Unihan {version[1] if version else '?'} (Unicode License V3, unicode.org/license.txt): k...",
        f"# jieba {importlib.metadata.version('jieba')} (MIT): the frequency that chooses the form",
    ]
    classes = [*head, "# form, the other characters of its class, where the links come from"]
    folds = [*head, "# a line is a class: each of its other characters followed by the form"]
    for name, found in partitions(folder).items():
        rows = []
        for members, sources in found:
            form, *others = sorted(members, key=choice)
            rows.append((form, "".join(sorted(others)), " ".join(sorted(sources))))
        rows.sort()
        if name == "both":
            classes.extend("\t".join(row) for row in rows)
        folds.append(f"[{name}]")
        folds.extend("".join(other + form for other in others) for form, others, _ in rows)
    return {"classes.tsv": "\n".join(classes) + "\n", "folds.txt": "\n".join(folds) + "\n"}


def digest(tables: dict[str, str]) -> str:
    """What tells these tables from others, for the settings of an archive."""
    state = blake2b(digest_size=8)
    for name in ("unicode.tsv", "folds.txt"):
        state.update(tables[name].encode())
    return state.hexdigest()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--unicode", type=Path, default=UNICODE)
    parser.add_argument("--out", type=Path, default=OUT)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    tables = {**variants_tables(arguments.unicode), "unicode.tsv": unicode_table(arguments.unicode)}
    tables["version.txt"] = digest(tables) + "\n"
    for name, text in tables.items():
        (arguments.out / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
