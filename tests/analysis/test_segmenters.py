"""Both segmenters are jieba: the same words from Rust, from Python, and from a file read as needed."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.text.folding import Folding
from index.analysis.analyzer import Analyzer
from index.analysis.dictionaries import (
    DictionaryError,
    UserDictionary,
    jieba_data,
    load_words,
    read_user_dictionary,
)
from index.analysis.segmenters import (
    JiebaSegmenter,
    RjiebaSegmenter,
    Segmenter,
    WordList,
    segmenter_for,
)

needs_rjieba = pytest.mark.skipif(find_spec("rjieba") is None, reason="rjieba is not installed")

SENTENCES = [
    # The one run of the modern collections on which jieba and rjieba differed, and some of old texts: 常 and
    # 在 apart are as probable as together, up to the seventh decimal of a logarithm.
    "常在较陡峭的礁岸可发现它们成群的洄游",
    "常在朕躬",
    "家亦不知常在欲何去",
    "每一位派出所所长都要树立终身学习的理念",
    "小明硕士毕业于中国科学院计算所后在日本京都大学深造",
    "他来到了网易杭研大厦",
    "工信处女干事每月经过下属科室都要亲口交代二十四口交换机等技术性器件的安装工作",
    "结婚的和尚未结婚的",
    "龘龘龘靐靐齉爩麤",
    "一",
]


@cache
def words() -> WordList:
    return load_words(Folding())


@cache
def segmenters() -> list[Segmenter]:
    found: list[Segmenter] = [JiebaSegmenter(words())]
    if find_spec("rjieba"):
        found.append(RjiebaSegmenter(words()))
    return found


@pytest.fixture(autouse=True, scope="module")
def loaded() -> None:
    segmenters()


def assert_same_words(run: str, candidates: list[Segmenter]) -> None:
    assert len({tuple(segmenter.cut(run)) for segmenter in candidates}) == 1, run
    assert len({segmenter.search_words(run) for segmenter in candidates}) == 1, run


@needs_rjieba
@pytest.mark.parametrize("sentence", SENTENCES)
def test_both_segmenters_give_the_same_words(sentence: str) -> None:
    assert_same_words(sentence, segmenters())


@needs_rjieba
@settings(deadline=None)
@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FD5), min_size=1, max_size=30))
def test_both_segmenters_give_the_same_words_for_made_up_runs(run: str) -> None:
    assert_same_words(run, segmenters())
    assert "".join(segmenters()[0].cut(run)) == run


@needs_rjieba
def test_both_segmenters_give_the_same_words_for_the_seed(seed_text: str) -> None:
    for run in runs([seed_text]):
        assert_same_words(run, segmenters())


@needs_rjieba
@pytest.mark.data
def test_both_segmenters_give_the_same_words_for_the_judged_collections(data_folder: Path) -> None:
    seen = 0
    for run in runs(collections(data_folder)):
        assert_same_words(run, segmenters())
        seen += 1
    assert seen > 50_000


def runs(texts: Iterator[str] | list[str]) -> set[str]:
    analyzer = Analyzer(Folding(), segmenters()[0])
    return {run for text in texts for run in re.findall("[\u4e00-\u9fd5]+", analyzer.normal_text(text))}


def collections(folder: Path) -> Iterator[str]:
    for name in ("cmrc2018/cmrc2018_dev.json", "cmrc2018/cmrc2018_trial.json", "drcd/DRCD_dev.json"):
        yield from strings(json.loads((folder / name).read_text(encoding="utf-8")))


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from strings(list(value.values()))
    elif isinstance(value, list):
        for each in value:
            yield from strings(each)


def test_the_words_are_those_of_jieba_itself() -> None:
    # In a process of its own: importing jieba warns, logs and prints. Without folding, since jieba does none.
    script = (
        "import sys, json, logging, warnings; warnings.simplefilter('ignore')\n"
        "import jieba; jieba.setLogLevel(logging.CRITICAL)\n"
        "print(json.dumps([[jieba.lcut(s), jieba.lcut_for_search(s)] for s in json.load(sys.stdin)]))"
    )
    run = subprocess.run(
        [sys.executable, "-c", script],
        input=json.dumps(SENTENCES),
        capture_output=True,
        text=True,
        check=True,
    )
    ours = JiebaSegmenter(load_words(Folding(frozenset())))
    for sentence, (cut, search) in zip(SENTENCES, json.loads(run.stdout), strict=True):
        if not sentence.startswith(("常在", "家亦")):
            assert ours.cut(sentence) == cut
            assert ours.search_words(sentence).split() == search


def test_lines_stay_lines() -> None:
    for segmenter in segmenters():
        assert segmenter.search_words("派出所 学习\n\n天下\n") == "派出 派出所 学习\n\n天下\n"
        assert segmenter.search_words("") == ""


def test_words_in_a_file_are_the_same_words(tmp_path: Path) -> None:
    path = tmp_path / "words.tsv"
    words().write(path)
    path.chmod(0o444)
    mapped = JiebaSegmenter(WordList.open(path))
    for sentence in SENTENCES:
        assert mapped.cut(sentence) == segmenters()[0].cut(sentence)
    assert list(mapped.words) == list(words())


def test_a_query_is_cut_without_loading_a_dictionary(tmp_path: Path) -> None:
    path = tmp_path / "words.tsv"
    analyzer = Analyzer.default()
    analyzer.write_words(path)
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from index.analysis.analyzer import Analyzer\n"
        f"analyzer = Analyzer.from_settings({analyzer.settings()!r}, Path(sys.argv[1]))\n"
        "assert analyzer.cut(analyzer.normal_text('派出所所長')) == [(0, 3), (3, 5)]\n"
        "heavy = {'jieba', 'rjieba', 'numpy', 'rich', 'flask', 'importlib.metadata'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    run = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, text=True)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


def test_the_dictionary_is_folded_as_texts_are() -> None:
    frequencies, _ = jieba_data()
    assert words().frequency("着名") == frequencies["著名"] + frequencies.get("着名", 0)
    assert words().frequency("著名") == 0
    assert words().total == sum(frequency for _, frequency in words())


def user(tmp_path: Path, text: str) -> UserDictionary:
    path = tmp_path / "user.txt"
    path.write_bytes(text.encode())
    return read_user_dictionary(path)


def cuts(dictionary: UserDictionary, sentence: str) -> list[str]:
    found = load_words(Folding(), dictionary)
    candidates: list[Segmenter] = [JiebaSegmenter(found)]
    if find_spec("rjieba"):
        candidates.append(segmenter_for(found))
    assert_same_words(sentence, candidates)
    return candidates[0].cut(sentence)


def test_a_users_word_is_cut_as_one(tmp_path: Path) -> None:
    sentence = "符草楼派出所在太康县"
    assert "符草楼派出所" not in segmenters()[0].cut(sentence)
    assert cuts(user(tmp_path, "符草楼派出所\n"), sentence) == ["符草楼派出所", "在", "太康县"]


def test_a_users_word_in_traditional_characters_works_in_both_scripts(tmp_path: Path) -> None:
    assert "符草楼派出所" in cuts(user(tmp_path, "\ufeff符草樓派出所 20 n\r\n"), "符草楼派出所在")


def test_a_word_with_frequency_0_is_none(tmp_path: Path) -> None:
    assert segmenters()[0].cut("派出所所长") == ["派出所", "所长"]
    assert "所长" not in cuts(user(tmp_path, "所长 0\n"), "派出所所长")


def test_a_users_dictionary_is_part_of_the_settings(tmp_path: Path) -> None:
    path = tmp_path / "user.txt"
    path.write_text("符草楼派出所 20\nC语言\n", encoding="utf-8")
    analyzer = Analyzer.default(path)
    assert analyzer.settings()["dictionary"] != Analyzer.default().settings()["dictionary"]
    assert [note.split(": ")[0].rpartition(":")[2] for note in analyzer.notes] == ["2"]
    analyzer.write_words(tmp_path / "words.tsv")
    again = Analyzer.from_settings(analyzer.settings(), tmp_path / "words.tsv")
    assert again.settings() == analyzer.settings()
    assert again.cut("符草楼派出所") == [(0, 6)]
    path.write_text("# 符草楼派出所 20\n".replace("# ", ""), encoding="utf-8")
    assert Analyzer.default(path).settings() == analyzer.settings()


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        (b"\xe5\xad\xa6\n\xff\xfe\n", 2, "not UTF-8"),
        ("学习 99999999999999\n".encode(), 1, "not a word with a frequency"),
    ],
)
def test_a_bad_line_of_a_users_dictionary_is_named(
    tmp_path: Path, content: bytes, line: int, reason: str
) -> None:
    path = tmp_path / "user.txt"
    path.write_bytes(content)
    with pytest.raises(DictionaryError, match=reason) as caught:
        read_user_dictionary(path)
    assert caught.value.line == line
    assert f"user.txt:{line}" in str(caught.value)


def test_a_missing_dictionary_is_named(tmp_path: Path) -> None:
    with pytest.raises(DictionaryError, match=r"missing\.txt"):
        read_user_dictionary(tmp_path / "missing.txt")
