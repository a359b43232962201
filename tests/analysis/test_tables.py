"""The committed tables are what tools/make_tables.py derives from the data that their heads name."""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from archive.text import folding
from index.analysis.normal import Normal, NormalTable
from index.analysis.segmenters import JIEBA

ROOT = Path(__file__).resolve().parents[2]
TABLES = ROOT / "archive" / "text" / "tables"
MADE = [TABLES / name for name in ("classes.tsv", "folds.txt", "unicode.tsv")]
UNICODE = Path("/usr/share/unicode")


def versions_named() -> dict[str, str]:
    text = "".join((TABLES / name).read_text(encoding="utf-8")[:600] for name in ("unicode.tsv", "folds.txt"))
    return dict(re.findall(r"^# (Unicode|Unihan|OpenCC|jieba) ([\d.]+)", text, re.MULTILINE))


def test_the_heads_name_sources_versions_and_licences() -> None:
    assert set(versions_named()) == {"Unicode", "Unihan", "OpenCC", "jieba"}
    for table in MADE:
        head = table.read_text(encoding="utf-8")[:500]
        assert "make_tables.py" in head
        assert "Unicode License" in head


def test_the_tables_can_be_made_again(tmp_path: Path) -> None:
    named = versions_named()
    if importlib.util.find_spec("opencc") is None:
        pytest.skip("opencc is not installed")
    if importlib.metadata.version("opencc") != named["OpenCC"]:
        pytest.skip(f"opencc {named['OpenCC']} is not installed")
    if not (UNICODE / "PropList.txt").is_file():
        pytest.skip("Debian's unicode-data is not installed")
    if f"PropList-{named['Unicode']}.txt" not in (UNICODE / "PropList.txt").read_text(encoding="utf-8")[:100]:
        pytest.skip(f"the unicode-data that is installed is not of version {named['Unicode']}")
    subprocess.run([sys.executable, ROOT / "tools" / "make_tables.py", "--out", tmp_path], check=True)
    for table in [*MADE, TABLES / "version.txt"]:
        assert (tmp_path / table.name).read_bytes() == table.read_bytes(), table.name


def test_the_version_is_a_digest_of_the_tables_that_fold() -> None:
    """It is kept beside them: to compute it took every search 4 ms, most of them for hashlib."""
    state = hashlib.blake2b(digest_size=8)
    for name in ("unicode.tsv", "folds.txt"):
        state.update((TABLES / name).read_text(encoding="utf-8").encode())
    assert folding.tables_version() == state.hexdigest()


def test_both_forms_of_the_classes_agree() -> None:
    rows = [
        line.split("\t")
        for line in (TABLES / "classes.tsv").read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
    ]
    forms = {other: form for form, others, _ in rows for other in others}
    assert forms == folding.character_classes("both")


def test_jieba_is_the_release_that_the_settings_name() -> None:
    assert f"jieba {importlib.metadata.version('jieba')}" == JIEBA


def test_the_tables_are_read_in_milliseconds() -> None:
    def seconds() -> float:
        for cached in (folding.table_text, folding.character_classes, folding.mapped, folding.kind):
            cached.cache_clear()
        start = time.process_time()
        folding.Folding().fold("每一位派出所所長，ＡＢＣ")
        return time.process_time() - start

    # 5 ms here; the rest is for slower machines and busy ones.
    assert min(seconds() for _ in range(5)) < 0.05


def in_gb2312(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def test_the_manual_lists_the_joined_characters_and_every_large_class_was_looked_at() -> None:
    manual = (Path(__file__).parent / "joined_characters.md").read_text("utf-8")
    classes: dict[str, str] = {}
    for other, form in folding.character_classes("both").items():
        classes[form] = classes.get(form, form) + other
    expected = {frozenset(filter(in_gb2312, members)) for members in classes.values()}
    listed = {
        frozenset(word)
        for row in manual.splitlines()
        if row.startswith("|")
        for word in row.split("|")[2].split()
        if not word.isascii()
    }
    assert {characters for characters in expected if len(characters) > 1} == listed
    looked_at = (Path(__file__).parent / "large_classes.txt").read_text("utf-8").splitlines()
    large = {frozenset(members) for members in classes.values() if len(members) > 6}
    assert large <= set(map(frozenset, looked_at))


def test_the_tables_mean_the_same_on_every_python() -> None:
    # Made with Python 3.11, the same with 3.12 and 3.13: it changes with the tables only.
    table = NormalTable(folding.Folding())
    text = "".join(map(chr, [*range(0x3000), *range(0xF900, 0x10000)])) + "\U0002ebf0\U00032000"
    normal = Normal(text, table)
    places = repr((list(normal.starts), list(normal.ends)))
    assert hashlib.blake2b((normal.text + places).encode(), digest_size=8).hexdigest() == "d7fb2f98a0d7cd71"
