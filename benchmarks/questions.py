"""How questions are ranked where other texts share their question words: 是什么时候, 为什么.

    python benchmarks/questions.py DATA [--engine NAME] [--half choose|report]

DATA is the folder of ``ranking.py``. The passages of cmrc2018 are parted into two halves, by their number.
Asked are the questions on one half that have at most 12 characters: beside their subject these have little
but function words. The questions on the other half are documents of the archive too: they share the function
words, and not the subject. A question's passage is the one that it was asked about. What was chosen
(``docs/making/ranking.md``) was chosen on ``choose``.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from ranking import Passage, build, judge, load, ours

from index.archive import Archive

LONGEST = 12
HALVES = ("choose", "report")


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--engine", default="tantivy")
    parser.add_argument("--half", choices=HALVES, default="report")
    options = parser.parse_args()
    passages, questions = load(options.data, "cmrc2018")
    half = {p.id: HALVES[number % 2] for number, p in enumerate(passages)}
    asked = [q for q in questions if half[q.passage] == options.half and len(q.text) <= LONGEST]
    others = [q for q in questions if half[q.passage] != options.half]
    texts = [Passage(f"question-{number}", "", q.text) for number, q in enumerate(others)]
    print(f"{options.half}: {len(asked)} questions, {len(passages)} passages, {len(texts)} other questions")
    with (
        tempfile.TemporaryDirectory(prefix="questions-") as work,
        Archive.open(build([*passages, *texts], "cmrc2018", options.engine, Path(work))) as archive,
    ):
        for match in ("any", "auto"):
            f = judge(f"juanzong {match}", "cmrc2018", asked, ours(archive, match))
            print(f"{f.system:14} MRR@10 {f.mrr10:.4f}  hit@1 {f.hit1:.4f}  recall@100 {f.recall100:.4f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
