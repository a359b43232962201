"""Killed at any moment, what is served next is the old archive or the new one, complete.

``JUANZONG_KILLS`` sets how many times (20).
"""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from build_loop import FILES, content, name, state

from index.atomic_files import digest
from index.build import rebuild
from index.generations import Home
from index.query.condition import EVERYTHING, TokenPhrase

KILLS = int(os.environ.get("JUANZONG_KILLS", "20"))
LOOP = Path(__file__).with_name("build_loop.py")

# A worker whose parent was killed between starting it and telling it what to do: it ends before any line of
# the project runs in it, and multiprocessing's own code says so. (One in some thirty kills.)
UNBORN = re.compile(
    r"Traceback \(most recent call last\):\n(?:  .*\n)+?"
    r'  File ".*multiprocessing.spawn\.py", line \d+, in _main\n(?:    .*\n)+EOFError: .*\n'
)


def served(home: Home) -> int:
    """The number of the state that is served, after making sure that it is served whole."""
    generation = home.open_current()
    try:
        for path, written in generation.manifest.files.items():
            assert digest(generation.path / path) == written.digest, path
        assert generation.store.integrity() is None
        texts = {
            document.path: [p.text for p in generation.store.passages_of(document.key)]
            for document in generation.store.list_documents()
        }
        number = max(int(passages[0][1:6]) for passages in texts.values())
        for n in range(number - FILES + 1, number + 1):
            assert "".join(texts.pop(name(n))) == "".join(content(n).split()), (
                f"state {number} is served in part"
            )
        assert texts == {}
        assert generation.snapshot.keys(EVERYTHING) == generation.store.keys()
        grams = generation.analyzer.grams(generation.analyzer.normal_text(f"第{number:05}次改动"))
        assert generation.snapshot.count(TokenPhrase("grams", tuple(grams))) == 12
        return number
    finally:
        generation.close()


def test_a_kill_at_any_moment_leaves_the_old_archive_or_the_new_one_whole(
    new_home: Callable[[str], Home], tmp_path: Path
) -> None:
    chance = random.Random(11)
    home = new_home("home")
    folder = tmp_path / "texts"
    folder.mkdir()
    number = FILES
    for path, text in state(number).items():
        (folder / path).write_text(text, encoding="utf-8")
    rebuild(home, folder)
    assert served(home) == number
    cut_short, least = 0, number
    environment = os.environ | {"PYTHONPATH": f"{Path.cwd()}{os.pathsep}{LOOP.parent}"}
    for _ in range(KILLS):
        loop = subprocess.Popen(
            [sys.executable, LOOP, home.path, folder, str(number)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment,
        )  # fmt: skip
        assert loop.stdout is not None
        assert loop.stderr is not None
        first = loop.stdout.readline()
        time.sleep(chance.uniform(0, 0.8))
        loop.kill()
        lines = [line.split() for line in (first + loop.stdout.read()).splitlines() if line.count(" ")]
        errors = UNBORN.sub("", loop.stderr.read())
        loop.wait()
        loop.stdout.close()
        loop.stderr.close()
        assert not errors, errors
        done = max((int(line[1]) for line in lines if line[0] == "done"), default=least)
        begun = max(int(line[1]) for line in lines if line[0] == "begin")
        cut_short += begun > done
        least, number = served(home), begun
        assert done <= least <= begun, lines
    assert cut_short >= KILLS // 2
    rebuild(home)
    assert served(home) == number
    assert len(list(home.generations.iterdir())) == 1
    assert {path.name for path in home.path.iterdir()} <= {
        "current", "settings.json", "build.lock", "generations"
    }  # fmt: skip
