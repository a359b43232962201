"""The terminal speaks the language of the locale, or the one that it is told to."""

from __future__ import annotations

import re
import string
from gettext import NullTranslations
from pathlib import Path

import pytest
from catalogue import texts
from command_support import Run
from rich.cells import cell_len

from archive import messages
from archive.messages import LANGUAGES, Language
from cli.group import COMMANDS
from tools import translations

ENGLISH = re.compile(r"\b[a-z]{2,} [a-z]{2,} [a-z]{2,}\b")
EMPTY = NullTranslations()
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_there_in_every_language_and_the_catalogue_is_made_of_it(language: Language) -> None:
    """Mend it with: python tools/translations.py, then write what it names into messages.po"""
    made = translations.catalogue(language)
    assert translations.lacking(made) == []
    assert translations.po(language).read_bytes() == translations.written(made)
    assert translations.po(language).with_suffix(".mo").read_bytes() == translations.compiled(made)


def test_a_language_that_lacks_a_text_has_the_english(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page in a language to which a text was not yet given was an error 500."""
    real = messages.catalogue
    monkeypatch.setattr(messages, "catalogue", lambda language: real("en") if language == "en" else EMPTY)
    assert messages.text_of("zh", "reason.changed") == real("en").gettext("reason.changed")
    with pytest.raises(KeyError):
        messages.text_of("zh", "nothing.of.this.name")


def fields(text: str) -> set[str]:
    """The places for values, numbered where they are not."""
    names = [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]
    return {name or str(place) for place, name in enumerate(names)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_has_the_values_of_the_english(language: Language) -> None:
    """A note may have fewer in Chinese, where its reason is said beside it, and an error said anew."""
    english = texts("en")
    for message in translations.known(language):
        key = translations.all_of(message.id)[0]
        first = english.get(key, key)
        for said in translations.all_of(message.string) if key and "%(" not in first else ():
            if first in ("{message}", "{hint}") or re.search(
                r"\{[a-z]", key
            ):  # click's name more than is needed
                continue
            assert fields(said) <= fields(first), key
            assert key.startswith(("note.", "problem.", "error.")) or fields(said) == fields(first), key


ALL_HELP = """
from contextlib import suppress
from cli.group import COMMANDS, juanzong
from cli.language import language, speak
speak(language())
for command in COMMANDS:
    print(end="\\0")
    with suppress(SystemExit):
        juanzong.main([command, "--help"], prog_name="juanzong")
"""


def test_help_is_chinese_in_lines_that_fit(run: Run) -> None:
    """Of all commands in one process: to start one for each took a second of each of 24."""
    chinese = {"LANG": "zh_CN.UTF-8", "COLUMNS": "80"}
    whole = run("--help", environment=chinese).stdout
    first, *others = run(code=ALL_HELP, environment=chinese).stdout.split("\0")
    assert (first, len(others)) == ("", len(COMMANDS))
    for said in (whole, *others):
        assert CHINESE.search(said)
        assert not ENGLISH.search(re.sub("juanzong .*", "", said)), said
        assert max(map(cell_len, said.splitlines())) <= 80, said


def test_the_locale_decides_and_lang_overrules_it(run: Run, home: Path) -> None:
    def said(*more: str, **environment: str) -> str:
        return run("--home", home, "search", "派出所", *more, environment=environment).stderr

    assert "段，共" in said(LANG="zh_CN.UTF-8")
    assert "段，共" in said(LC_ALL="zh_SG.UTF-8", LANG="en_US.UTF-8")
    assert "passages in" in said(LANG="en_US.UTF-8")
    assert "passages in" in said(LANG="fr_FR.UTF-8")
    for traditional in ("zh_TW.UTF-8", "zh_HK", "zh_Hant"):
        assert "用時" in said(LANG=traditional)
    assert "用時" in said("--lang", "zh-TW", LANG="C")
    assert "passages in" in said("--lang", "en", LANG="zh_CN.UTF-8")
    assert "段，共" in said("--lang", "zh", LANG="C")
    assert "段，共" in run("--lang", "zh", "--home", home, "search", "派出所").stderr


def test_a_language_that_is_not_known_is_misuse(run: Run, home: Path) -> None:
    answer = run("--home", home, "search", "派出所", "--lang", "xx")
    assert answer.returncode == 2
    assert "'xx' is not one of zh, zh-Hant, en." in answer.stderr


def test_json_is_the_same_in_every_language(run: Run, home: Path) -> None:
    english, chinese = (
        run("--home", home, "list", "--json", environment={"LANG": language}).stdout
        for language in ("C", "zh_CN.UTF-8")
    )
    assert english == chinese


def test_problems_notes_and_reports_are_chinese(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "甲.txt").write_text("县里的会议。\n", "utf-8")
    (folder / "乙.xyz").write_bytes(b"PK")
    chinese = {"LANG": "zh_CN.UTF-8"}
    built = run("--home", tmp_path / "home", "rebuild", folder, environment=chinese).stderr
    assert "没有收录：不支持的格式 (1)" in built.replace(": ", "：")
    assert "建库完成：1 篇文献" in built
    found = run("--home", tmp_path / "home", "search", "会议 OR", environment=chinese).stderr
    assert "缺少检索词" in found
    assert "（第 4 个字符：OR）" in found


def test_errors_are_chinese_with_their_path_and_the_next_step(run: Run, tmp_path: Path) -> None:
    chinese = {"LANG": "zh_CN.UTF-8"}
    missing = run("--home", tmp_path / "none", "search", "会议", environment=chinese)
    assert missing.returncode == 3
    assert missing.stderr == (
        f"juanzong: {tmp_path}/none 里还没有库。请建库：juanzong --home {tmp_path}/none rebuild 文件夹\n"
    )
    (tmp_path / "other").mkdir()
    for name in ("a", "b", "c", "d"):
        (tmp_path / "other" / name).write_bytes(b"")
    foreign = run("--home", tmp_path / "other", "rebuild", tmp_path / "other", environment=chinese)
    assert foreign.returncode == 2
    assert not ENGLISH.search(foreign.stderr.replace(str(tmp_path), ""))
    nothing = run("--home", tmp_path / "home", "rebuild", tmp_path / "nowhere", environment=chinese)
    assert f"{tmp_path}/nowhere" in nothing.stderr
    assert "请写明放文本的文件夹" in nothing.stderr
