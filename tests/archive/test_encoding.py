"""What bytes are read as. The samples are composed here; other collections: docs/using/formats.md."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.encoding import Decoded, EncodingError, NotTextError, decode
from archive.encoding_detection import Excerpt, likeliest

ROOT = Path(__file__).resolve().parent.parent.parent

SIMPLIFIED = """
县档案馆昨天开放了一批民国时期的旧报纸，读者可以在阅览室里逐页翻看。馆长介绍说，这些报纸大多是从民间收集来的，
有的缺了边角，有的被水浸过，修复工作用了三年时间。“每一页都要先去尘，再脱酸，最后托裱。”编辑们把文字录入电脑，
分成小节，写上作者和日期，这样一来，只要输入一句话就能找到它在哪一天的哪一版上。
春天到了，河边的柳树发了芽，孩子们放学以后喜欢到那里去玩。老人坐在树下下棋，旁边围着几个看热闹的人。
关于加强农村基层派出所建设的意见：一要充实警力，二要改善条件，三要密切联系群众，四要严格管理。
""".strip()
TRADITIONAL = """
縣檔案館昨天開放了一批民國時期的舊報紙，讀者可以在閱覽室裡逐頁翻看。館長介紹說，這些報紙大多是從民間收集來的，
有的缺了邊角，有的被水浸過，修復工作用了三年時間。「每一頁都要先去塵，再脫酸，最後托裱。」編輯們把文字錄入電腦，
分成小節，寫上作者和日期，這樣一來，只要輸入一句話就能找到它在哪一天的哪一版上。
春天到了，河邊的柳樹發了芽，孩子們放學以後喜歡到那裡去玩。老人坐在樹下下棋，旁邊圍著幾個看熱鬧的人。
臺灣各縣市圖書館聯合目錄，收錄館藏善本與地方志書，凡三千餘種，皆可於館內閱覽，惟不得攜出。
""".strip()
WRITTEN_AS = [
    (SIMPLIFIED, "gb18030", "gb18030"),
    (SIMPLIFIED, "gbk", "gb18030"),
    (TRADITIONAL, "gb18030", "gb18030"),
    (TRADITIONAL, "big5", "big5"),
    (TRADITIONAL, "cp950", "big5"),
    (SIMPLIFIED, "utf-8", "utf-8"),
    (TRADITIONAL, "utf-8", "utf-8"),
]


@pytest.mark.parametrize(("text", "codec", "expected"), WRITTEN_AS)
def test_a_whole_page_is_read_as_it_was_written_without_a_doubt(text: str, codec: str, expected: str) -> None:
    decoded = decode(text.encode(codec))
    assert (decoded.text, decoded.encoding, decoded.doubt, decoded.broken) == (text, expected, None, ())


@pytest.mark.parametrize("length", [4, 5, 6, 8, 12, 20, 40])
@pytest.mark.parametrize(("text", "codec", "expected"), WRITTEN_AS)
def test_a_few_characters_are_read_as_they_were_written_or_doubted(
    text: str, codec: str, expected: str, length: int
) -> None:
    """Measured on 1,500 slices each of four collections: no undoubted mistake from three characters on."""
    slices = [text[start : start + length] for start in range(0, len(text) - length)]
    decoded = [(piece, decode(piece.encode(codec))) for piece in slices if not piece.isascii()]
    wrong = [(piece, d) for piece, d in decoded if d.encoding != expected]
    assert [d for _, d in wrong if d.doubt is None] == []
    assert len(wrong) <= 0.01 * len(decoded)
    assert all(d.text == piece for piece, d in decoded if d.encoding == expected)
    assert sum(d.doubt is not None for _, d in decoded) <= {4: 0.15, 5: 0.12}.get(length, 0.1) * len(decoded)


def test_big5_is_never_gb18030_nonsense_nor_the_reverse() -> None:
    page = TRADITIONAL.encode("big5")
    assert "檔案館" not in page.decode("gb18030", "replace")
    assert "檔案館" in decode(page).text
    assert "档案馆" in decode(SIMPLIFIED.encode("gb18030")).text


def test_utf8_with_a_broken_sequence_stays_utf8_and_names_the_line() -> None:
    lines = SIMPLIFIED.encode().split(b"\n")
    lines[2] = lines[2].replace("作者".encode(), b"\xe4\xbd")
    decoded = decode(b"\n".join(lines))
    assert (decoded.encoding, decoded.broken) == ("utf-8", (3,))
    assert decoded.text == SIMPLIFIED.replace("写上作者和", "写上\ufffd和")


@pytest.mark.parametrize(
    ("text", "codec"), [(SIMPLIFIED, "utf-8"), (SIMPLIFIED, "gb18030"), (TRADITIONAL, "big5")]
)
def test_a_short_text_with_some_bytes_lost_is_kept(text: str, codec: str) -> None:
    """Four of 389 chapters with two bytes changed were once refused as no text: each broken byte counted."""
    rng = random.Random(2)
    for _ in range(100):
        start = rng.randrange(len(text) - 60)
        data = bytearray(text[start : start + 60].encode(codec))
        for _ in range(2):
            del data[rng.randrange(len(data))]
        assert decode(bytes(data)).encoding == codec


def test_a_file_cut_within_its_last_character_stays_utf8() -> None:
    for end in (1, 2):
        decoded = decode(SIMPLIFIED.encode()[: -3 - end])
        assert (decoded.encoding, decoded.text[-1], decoded.broken) == ("utf-8", "\ufffd", (5,))


def test_gb18030_and_big5_with_broken_bytes_keep_the_rest() -> None:
    for text, codec in ((SIMPLIFIED, "gb18030"), (TRADITIONAL, "big5")):
        first, rest = text.split("\n", 1)
        decoded = decode(first.encode(codec) + b"\xff\n" + rest.encode(codec))
        assert (decoded.text, decoded.encoding) == (f"{first}\ufffd\n{rest}", codec)
        assert decoded.broken == (1,)


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "utf-8"])
def test_a_byte_order_mark_decides_and_is_no_text(codec: str) -> None:
    text = "卷宗\n𨽻"
    decoded = decode(("\ufeff" + text).encode(codec))
    assert (decoded.text, decoded.encoding) == (text, codec[:6].rstrip("-"))


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", ["登在「自然」期刊上的论文说，第一批稻的品种「粳稻", "刘连捷李祥和连捷祥"])
def test_a_line_in_utf16_without_a_mark_is_read(text: str, codec: str) -> None:
    """Half of its bytes are letters of ASCII in any other encoding, which cost nothing there."""
    assert decode(text.encode(codec)).text == text


def test_utf16_with_half_a_pair_keeps_the_rest() -> None:
    decoded = decode(b"\xff\xfe" + "甲\n".encode("utf-16-le") + b"\x00\xd8" + "乙".encode("utf-16-le"))
    assert (decoded.text, decoded.encoding, decoded.broken) == ("甲\n\ufffd乙", "utf-16", (2,))


def test_ascii_and_nothing_are_ascii() -> None:
    assert decode(b"plain text\n") == Decoded("plain text\n", "ascii", None)
    assert decode(b"") == Decoded("", "ascii", None)


def test_words_that_gbk_shares_with_two_byte_utf8_are_chinese() -> None:
    """联通 and 目录 in GBK: bytes that look like UTF-8 made an editor show them as rubbish for years."""
    for word in ("目录", "联通", "联系"):
        decoded = decode(word.encode("gbk"))
        assert (decoded.text, decoded.encoding) == (word, "gb18030")
    assert decode("café, naïve, Пушкин\n".encode()).text == "café, naïve, Пушкин\n"


@pytest.mark.parametrize("pool", [(0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0x20000, 0x323AF), (0x1F300, 0x1F6FF)])
def test_the_rarest_characters_in_utf8_are_not_taken_for_anything_else(pool: tuple[int, int]) -> None:
    """Valid UTF-8 of characters in nobody's dictionary once read better as rare characters of GB18030."""
    rng = random.Random(5)
    for length in (1, 2, 3, 5, 10, 50):
        for _ in range(100):
            text = "".join(chr(rng.randint(*pool)) for _ in range(length))
            assert decode(text.encode()).text == text


@pytest.mark.parametrize(
    "text",
    [
        "The naïve façade of a café.",
        "3 · 5 × 7",
        "© 2020, § 12",
        "Москва, Пушкин",
        "Ἀριστοτέλης, λόγος",
        "20–30 °C",
    ],
)
def test_other_languages_in_utf8_stay_what_they_are(text: str) -> None:
    decoded = decode(text.encode())
    assert (decoded.text, decoded.encoding) == (text, "utf-8")


def test_big5_signs_are_those_of_windows_and_browsers() -> None:
    text = "民國三十八年～四十年，威廉‧莎士比亞（售價￥￡）"
    assert decode(text.encode("cp950")).text == text
    assert decode("票價為歐元€五十，學生半價。".encode("cp950")).text == "票價為歐元€五十，學生半價。"


def test_the_characters_of_hong_kong_are_read() -> None:
    text = "佢哋喺度食嘢，我哋就喺屋企瞓覺，你哋嚟唔嚟呀？"
    decoded = decode(text.encode("big5hkscs"))
    assert (decoded.text, decoded.encoding, decoded.broken) == (text, "big5", ())


def test_japanese_in_shift_jis_is_doubted() -> None:
    text = "これは日本語の文章です。新聞記事の見出しと本文からなります。カタカナもあります。"
    assert decode(text.encode("shift_jis")).doubt is not None


def test_bytes_that_are_no_text_are_a_named_error() -> None:
    noise = random.Random(1).randbytes(5_000)
    for data in (noise, noise.replace(b"\0", b""), b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", bytes(range(1, 32)) * 3):
        with pytest.raises(NotTextError) as caught:
            decode(data)
        assert caught.value.code == "not_text"
        assert "--encoding" in caught.value.hint


def test_an_encoding_that_is_asked_for_overrules() -> None:
    assert decode("目录".encode("gbk"), "utf-8").text == "Ŀ¼"
    assert decode("第一行\n".encode("utf-16-le"), "utf-16-le").text == "第一行\n"
    assert decode("第一行\n".encode("utf-16"), "utf-16-le").text == "第一行\n"
    assert decode("日本語".encode("shift_jis"), "shift_jis").text == "日本語"
    assert decode(SIMPLIFIED.encode("gbk"), "GB2312").encoding == "gb18030"
    assert decode("\ufeff甲".encode(), "UTF-8").text == "甲"
    codecs_of_no_text = (
        "rot13", "hex", "base64", "uu", "zlib", "quopri", "undefined", "idna", "punycode", "charmap", "utf-7",
        "unicode_escape", "unicode-escape", "raw_unicode_escape", "Raw-Unicode-Escape",
    )  # fmt: skip
    for name in ("klingon", *codecs_of_no_text, "a\0b", ""):
        with pytest.raises(EncodingError, match="There is no encoding"):
            decode(b"x", name)


def test_a_large_file_is_judged_by_parts_from_all_over_it() -> None:
    licence = b"All rights reserved.\n" * 20_000
    decoded = decode(licence + TRADITIONAL.encode("big5") + licence)
    assert (decoded.encoding, decoded.doubt) == ("big5", None)
    page = (SIMPLIFIED + "\n") * 200
    assert decode(page.encode("gb18030")).text == page


@pytest.mark.parametrize("length", range(3000, 3008))
def test_a_large_file_without_line_ends_is_judged_from_the_beginning_of_a_character(length: int) -> None:
    """The parts begin anywhere, and one of them in four began each in the middle of a character here.

    From there on everything is nonsense, in Big5 a little less so than in GB18030, and the file was Big5.
    """
    text = "-" * 4001 + (SIMPLIFIED.split("\n")[4] * 400)[:length]
    decoded = decode(text.encode("gb18030"))
    assert (decoded.text, decoded.encoding, decoded.doubt) == (text, "gb18030", None)


@pytest.mark.parametrize(("text", "codec", "expected"), WRITTEN_AS)
def test_an_excerpt_that_begins_within_a_character_is_read_from_the_next(
    text: str, codec: str, expected: str
) -> None:
    data = text.replace("\n", "").encode(codec)[1:]
    found = likeliest([Excerpt(data, cut=True)] * 2)
    assert (found.encoding, found.doubt) == (expected, None)


def test_the_frequency_table_is_what_its_sources_give() -> None:
    """The simplified column; for the traditional one OpenCC's files are needed."""
    import importlib.util

    import jieba

    spec = importlib.util.spec_from_file_location("make", ROOT / "benchmarks" / "make_frequency.py")
    assert spec is not None
    assert spec.loader is not None
    make = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make)
    dictionary = (Path(jieba.__file__).parent / "dict.txt").read_text("utf-8")
    expected = make.costs(make.simplified_counts(dictionary))
    found: dict[str, int] = {}
    for line in (ROOT / "archive" / "frequency.tsv").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            cost, simplified, _ = line.split("\t")
            found.update(dict.fromkeys(simplified, int(cost)))
    assert found == expected


@given(st.binary(max_size=200))
def test_any_bytes_are_decoded_or_refused_by_name(data: bytes) -> None:
    try:
        decoded = decode(data)
    except NotTextError:
        return
    decoded.text.encode("utf-8")  # nothing in it that cannot be stored


# Hypothesis takes seconds to make its table of Unicode the first time, and calls that a fault of the test.
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=90))
def test_utf8_that_is_long_enough_is_never_anything_else(text: str) -> None:
    data = ("卷" * 90 + text).encode()
    assert decode(data).text == "卷" * 90 + text
