"""A slow, obvious reading of what the manual promises, to compare the archive with.

Only the published table is the project's: which form a code point folds to, and of what kind a character is.
What is a boundary, what white space does, and what each form of a query finds is written again here.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator

from archive.text.folding import Folding, kind

FOLDING = Folding()
Place = tuple[int, int]


def atoms(text: str) -> list[tuple[str, int]]:
    """The folded characters that count, each with the place of the character that it came from."""
    found = []
    for place, original in enumerate(text):
        for character in FOLDING[ord(original)]:
            of_kind = kind(character)
            if of_kind == "punctuation":
                found.append(("·", place))
            elif of_kind == "space":
                found.append((" ", place))
            elif of_kind not in ("nothing", "mark", "format"):
                found.append((character, place))
    return found


def normal(text: str) -> list[tuple[str, int]]:
    """Folded, white space beside a Han character dropped, other gaps one boundary, none at either end."""
    found: list[tuple[str, int]] = []
    everything = atoms(text)
    i = 0
    while i < len(everything):
        if everything[i][0] != " ":
            found.append(everything[i])
            i += 1
            continue
        end = i
        while end < len(everything) and everything[end][0] == " ":
            end += 1
        beside = [everything[i - 1][0]] if i else []
        beside += [everything[end][0]] if end < len(everything) else []
        if not any(kind(character) == "han" for character in beside):
            found.append(("·", everything[i][1]))
        i = end
    single = [atom for i, atom in enumerate(found) if atom[0] != "·" or i == 0 or found[i - 1][0] != "·"]
    while single and single[0][0] == "·":
        single.pop(0)
    while single and single[-1][0] == "·":
        single.pop()
    return single


def folded(text: str) -> str:
    """The characters of ``normal``."""
    return "".join(character for character, _ in normal(text))


def places(run: str, text: str) -> list[Place]:
    """Where a folded run stands in a folded text, overlapping places too."""
    return [(i, i + len(run)) for i in range(len(text) - len(run) + 1) if text.startswith(run, i)]


def with_signs(run: str) -> str:
    """The run with a point or dash that begins its first word, or a dash that ends its last; else nothing."""
    wanted = normal(run)
    start, end = wanted[0][1], wanted[-1][1] + 1
    first, last = start, end
    if run[:start][-1:] in (*".．-－−",) and not run[: start - 1][-1:].strip():
        first -= kind(run[start]) in ("letter", "digit")
    if run[end : end + 1] in (*"-－−",) and not run[end + 1 : end + 2].strip():
        last += kind(run[end - 1]) == "letter"
    return run[first:last] if (first, last) != (start, end) else ""


def marks(text: str) -> str:
    """The punctuation of a text, in half width."""
    return "".join(unicodedata.normalize("NFKC", c) for c in text if kind(c) == "punctuation")


def visible(text: str) -> str:
    """What is compared as written: all but white space and format characters."""
    return "".join(c for c in text if not c.isspace() and unicodedata.category(c) != "Cf")


class Corpus:
    """All passages of an archive, as stored and folded."""

    def __init__(self, passages: Iterable[tuple[int, str]]) -> None:
        self.texts = dict(passages)
        self.keys = list(self.texts)
        self.folded = {key: folded(text) for key, text in self.texts.items()}
        self.bare = {key: text.replace("·", "") for key, text in self.folded.items()}

    @property
    def characters(self) -> int:
        return sum(map(len, self.texts.values()))

    def holding(self, run: str) -> set[int]:
        """The passages that hold the run."""
        wanted = folded(run)
        found = {key for key, text in self.folded.items() if wanted in text} if wanted else set()
        signed = with_signs(run)
        return {key for key in found if self._has_signs(key, wanted, signed)} if signed else found

    def _has_signs(self, key: int, wanted: str, signed: str) -> bool:
        """Whether a place of the run has the marks that were typed, the signs at its ends among them."""
        text, at = self.texts[key], normal(self.texts[key])
        before = 0 if kind(signed[0]) != "punctuation" else 1
        behind = 0 if kind(signed[-1]) != "punctuation" else 1
        return any(
            marks(text[max(0, at[start][1] - before) : at[end - 1][1] + 1 + behind]) == marks(signed)
            for start, end in places(wanted, self.folded[key])
        )

    def holding_across(self, run: str) -> set[int]:
        """The passages that hold the run, boundaries anywhere."""
        wanted = folded(run).replace("·", "")
        return {key for key, text in self.bare.items() if wanted in text} if wanted else set()

    def holding_as_written(self, run: str) -> set[int]:
        """The passages where the run stands in the very characters that were typed."""
        wanted = normal(run)
        if not wanted:
            return set()
        core = visible(run[wanted[0][1] : wanted[-1][1] + 1])
        needle = "".join(character for character, _ in wanted)
        found = set()
        for key in self.holding(run):
            text, at = self.texts[key], normal(self.texts[key])
            for start, end in places(needle, self.folded[key]):
                if visible(text[at[start][1] : at[end - 1][1] + 1]) == core:
                    found.add(key)
        return found

    def near(self, left: str, right: str, distance: int) -> set[int]:
        """Both, not overlapping, in either order, with at most so many characters between them."""
        left, right = folded(left), folded(right)
        return {
            key
            for key, text in self.folded.items()
            if left in text
            and right in text
            and any(
                b[1] <= a[0] <= b[1] + distance or a[1] <= b[0] <= a[1] + distance
                for a in places(left, text)
                for b in places(right, text)
            )
        }

    def fitting(self, expression: str) -> set[int]:
        """The passages in whose folded text the regular expression is found."""
        search = re.compile(expression).search
        return {key for key, text in self.folded.items() if search(text)}

    # --- questions ------------------------------------------------------------------------------------------

    def runs(self, seed: str, shortest: int, longest: int, fits: Callable[[str], bool]) -> Iterator[str]:
        """Endless random parts of passages, each passage as likely as it is long."""
        chance = random.Random(seed)
        weights = [len(text) for text in self.texts.values()]
        while True:
            for key in chance.choices(self.keys, weights, k=1000):
                text = self.texts[key]
                length = chance.randint(shortest, longest)
                if length <= len(text):
                    start = chance.randrange(len(text) - length + 1)
                    if fits(run := text[start : start + length]):
                        yield run


def is_findable(run: str) -> bool:
    """Whether there is anything but punctuation in it."""
    return bool(folded(run))


def is_han(run: str) -> bool:
    """Whether it is Han characters and nothing else."""
    return all(kind(character) == "han" for character in run)
