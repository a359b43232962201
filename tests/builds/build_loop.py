"""Run by ``test_kills.py``: build after build of a folder that changes, until it is killed.

``python build_loop.py HOME FOLDER NUMBER``: state by state from NUMBER on, a full build or an update of each.
Says ``begin N`` before a build that may serve state N, and ``done N`` after it.
"""

from __future__ import annotations

import sys
from pathlib import Path

from building import ENGINES

FILES = 12


def name(number: int) -> str:
    return f"{number % FILES:02}.txt"


def content(number: int) -> str:
    """All states have files of one length, so that replacing one stays below a tenth."""
    return f"第{number:05}次\n\n" + "".join(
        f"第{number:05}次改动，第{line}行的内容。\n\n" for line in range(12)
    )


def state(number: int) -> dict[str, str]:
    """The files of a state: each as the last change up to it left it."""
    return {name(n): content(n) for n in range(number - FILES + 1, number + 1)}


def main() -> None:
    from index.build import rebuild
    from index.building import pipeline
    from index.update import update

    home, folder, number = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    if number % 2:
        pipeline.IN_PROCESS = 0
        pipeline.cores = lambda: 2 + number // 2 % 2  # workers that only read, and others
    while True:
        number += 1
        for path, text in state(number).items():
            if not (folder / path).exists() or (folder / path).read_text(encoding="utf-8") != text:
                draft = folder / "draft"
                draft.write_text(text, encoding="utf-8")
                draft.replace(folder / path)
        sys.stdout.write(f"begin {number}\n")
        sys.stdout.flush()
        if number % 3:
            mode = update(home).mode
        else:
            mode = rebuild(home, folder, engine=ENGINES[number // 3 % len(ENGINES)]).mode
        sys.stdout.write(f"done {number} {mode}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
