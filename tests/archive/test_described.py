"""What is said of a file from outside of it: where values come from, which wins, what is named as wrong."""

from __future__ import annotations

import os
from pathlib import Path
from zipfile import ZipFile

import pytest

from archive.described import date_of, guessed_date, origins
from archive.model import Document, Note
from archive.readers import read
from archive.sources import SourceFile, scan

TEXT = "所长论坛\n\n派出所是公安机关最基层的单位，和人民群众打交道最多。\n"


def write(folder: Path, files: dict[str, str | bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def read_all(folder: Path) -> tuple[dict[str, Document], list[Note]]:
    documents: dict[str, Document] = {}
    notes: list[Note] = []
    for found in scan(folder):
        for item in read(found) if isinstance(found, SourceFile) else [found]:
            if isinstance(item, Note):
                notes.append(item)
            else:
                documents[item.id] = item
    return documents, notes


def named(notes: list[Note]) -> list[tuple[str, int | None, object]]:
    return [(note.path, note.line, note.said[0]) for note in notes]


@pytest.mark.parametrize(
    ("path", "date"),
    [
        ("1998-11-05.txt", "1998-11-05"),
        ("a/19981105_3.txt", "1998-11-05"),
        ("1998年11月5日.txt", "1998-11-05"),
        ("民國三十八年/甲.txt", "1949"),
        ("民国27年11月.txt", "1938-11"),
        ("二〇一二年七月.txt", "2012-07"),
        ("报/1998/11/05.txt", "1998-11-05"),
        ("报/1998/11/甲.txt", "1998-11"),
        ("1998年/3月/5日/1.txt", "1998-03-05"),
        ("1998/甲.txt", "1998"),
        ("1998/1998-11-05 甲.txt", "1998-11-05"),
        ("1998/19981105/甲.txt", "1998-11-05"),
        ("1998/1105/3.txt", "1998-11-05"),
        ("199811/05/甲.txt", "1998-11-05"),
        ("报/1998/11/05-03.txt", "1998-11-05"),
        ("报/1998-11/05.txt", "1998-11-05"),
        ("rmrb19981105.txt", "1998-11-05"),
        ("民國三十八年/三月十二日社論.txt", "1949-03-12"),
        ("二〇〇三年/九月/五日.txt", "2003-09-05"),
        ("1949/3月12日.txt", "1949-03-12"),
        ("1998/03版.txt", "1998"),
        ("1998/123.txt", "1998"),
        ("1998/1999.txt", "1998"),
        ("1012.txt", None),
        ("书/1012.txt", None),
        ("1998.txt", None),
        ("000_ea956ef4aa722372.txt", None),
        ("12345678.txt", None),
        ("19981345.txt", None),
        ("1998-13-05.txt", None),
        ("光绪二十四年.txt", None),
        ("二十年目睹之怪现状.txt", None),
        ("第十年.txt", None),
    ],
)
def test_a_date_is_guessed_from_the_names_of_folders_and_files(path: str, date: str | None) -> None:
    assert guessed_date(path) == date


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("1998-11-05", ("1998-11-05", None)),
        ("19981105", ("1998-11-05", None)),
        ("1998/11/5", ("1998-11-05", "1998/11/5")),
        ("1998/11", ("1998-11", "1998/11")),
        ("一九九八年十一月", ("1998-11", "一九九八年十一月")),
        ("民国38年10月1日", ("1949-10-01", "民国38年10月1日")),
        ("光緒二十四年八月", ("1898", "光緒二十四年八月")),
        ("貞觀三年", ("0629", "貞觀三年")),
        ("1998-02-30", None),
        ("2003年9月5日 星期五", ("2003-09-05", "2003年9月5日 星期五")),
        ("民國二十二年（1933）", ("1933", "民國二十二年（1933）")),
        ("約1920年", ("1920", "約1920年")),
        ("[1920?]", ("1920", "[1920?]")),
        ("1930年代", ("1930/1939", "1930年代")),
        ("二十世紀三十年代初", ("1930/1939", "二十世紀三十年代初")),
        ("十九世紀末", ("1801/1900", "十九世紀末")),
        ("三十年代", None),
        ("唐", ("0618/0907", "唐")),
        ("光緒年間", ("1875/1908", "光緒年間")),
        ("1912–1949", ("1912/1949", "1912–1949")),
        ("618–907", ("0618/0907", "618–907")),
        ("1949年至1956年", ("1949/1956", "1949年至1956年")),
        ("1937-07/1945-08", ("1937-07/1945-08", None)),
        ("1945–1937", None),
        ("12–15", None),
        ("建武", None),
        ("1949/50", None),
        ("12", None),
        ("某日", None),
    ],
)
def test_a_date_is_kept_as_iso_and_as_it_is_written(
    written: str, date: tuple[str, str | None] | None
) -> None:
    assert date_of(written) == date


def test_a_guess_is_marked_and_gives_way_to_any_other_date(tmp_path: Path) -> None:
    own = "所长论坛\n\n1999年1月2日\n\n派出所是公安机关最基层的单位。\n"
    write(tmp_path, {"1998-11-05.txt": TEXT, "1998-11-06.txt": own, "1998-11-07.txt": TEXT,
                     "metadata.csv": "path,date\n1998-11-07.txt,民國三十八年十月\n"})  # fmt: skip
    found, notes = read_all(tmp_path)
    assert not notes
    assert [(d.date, d.date_guessed, d.date_written) for d in found.values()] == [
        ("1998-11-05", True, None), ("1999-01-02", False, None), ("1949-10", False, "民國三十八年十月"),
    ]  # fmt: skip


def test_later_ones_win(tmp_path: Path) -> None:
    """The file, the pattern of its path, metadata.csv from the top down and row by row, the sidecar."""
    write(
        tmp_path,
        {
            "juanzong.toml": 'patterns = ["{source}/{year}/{month}/{day}/{page}.txt"]\n',
            "metadata.csv": "路径,作者,单位,版本\n周口日报/*,记者甲；编辑,某报,市区版\n*/4.txt,记者乙,,\n",
            "周口日报/1998/metadata.csv": "path,edition\n11/05,农村版\n",
            "周口日报/1998/11/05/4.txt": TEXT,
            "周口日报/1998/11/05/4.txt.juanzong.toml": 'title = "论坛"\ndate = 1998-11-06\n',
            "周口日报/1998/11/05/5.txt": TEXT,
        },
    )
    found, notes = read_all(tmp_path)
    assert not notes
    fourth, fifth = found.values()
    assert (fourth.title, fourth.author, fourth.date) == ("论坛", "记者乙", "1998-11-06")
    assert (fifth.title, fifth.author, fifth.date) == ("所长论坛", "记者甲、编辑", "1998-11-05")
    assert fourth.details == {"affiliation": "某报", "source": "周口日报", "edition": "农村版", "page": "4"}
    assert fourth.sections[0].author == "记者乙"
    assert not fifth.date_guessed
    (file, _) = (one for one in scan(tmp_path) if isinstance(one, SourceFile))
    own = next(
        item for item in read(SourceFile(file.path, file.relative, 0, 0)) if isinstance(item, Document)
    )
    sidecar = "周口日报/1998/11/05/4.txt.juanzong.toml"
    assert list(origins(own, file.described)) == [
        ("title", "论坛", f"{sidecar}:1"),
        ("author", "记者乙", "metadata.csv:3"),
        ("affiliation", "某报", "metadata.csv:2"),
        ("date", "1998-11-06", f"{sidecar}:2"),
        ("source", "周口日报", "juanzong.toml"),
        ("edition", "农村版", "周口日报/1998/metadata.csv:2"),
        ("page", "4", "juanzong.toml"),
        ("collection", "周口日报/1998/11/05", "the folder of the file"),
    ]


def test_a_table_may_be_gbk_and_have_chinese_columns(tmp_path: Path) -> None:
    table = "文件,作者,来源,日期\r\n[1].txt,记者甲,周口日报,1998年11月5日\r\n".encode("gb18030")
    write(tmp_path, {"[1].txt": TEXT, "metadata.csv": table})
    (found,) = read_all(tmp_path)[0].values()
    assert (found.author, found.date, found.details) == ("记者甲", "1998-11-05", {"source": "周口日报"})


def test_what_is_wrong_is_named_with_file_and_line_and_costs_nothing_else(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "甲.txt": TEXT,
            "juanzong.toml": 'exclud = ["*.bak"]\nexclude = "草稿"\n[encodings]\n"*" = "utf-9"\n'
            '[readers]\n"*.log" = "plan"\n[memory]\n"*" = 5\n',
            "metadata.csv": "path,autor,date,来源\n甲.txt,x,某日,周口日报\n乙.txt,,1998,晚报\n",
            "甲.txt.juanzong.toml": 'title = "论坛"\nlines = {2 = "headnig", 3 = "note"}\n',
            "丙.txt.juanzong.toml": 'title = "丙"\n',
            "丁.txt": TEXT,
            "丁.txt.juanzong.toml": 'title = "丁\n',
        },
    )
    found, notes = read_all(tmp_path)
    assert (found["甲.txt"].title, found["甲.txt"].details) == ("论坛", {"source": "周口日报"})
    assert sorted(named(notes), key=str) == sorted([
        ("juanzong.toml", 1, "metadata.unknown_near"), ("juanzong.toml", 2, "metadata.value"),
        ("juanzong.toml", 4, "metadata.value"), ("juanzong.toml", 6, "metadata.unknown_near"),
        ("juanzong.toml", 7, "metadata.value"),
        ("metadata.csv", 1, "metadata.own_near"), ("metadata.csv", 2, "metadata.row_date"),
        ("metadata.csv", 3, "metadata.unused"), ("甲.txt.juanzong.toml", 2, "metadata.unknown_near"),
        ("丙.txt.juanzong.toml", None, "metadata.sidecar"), ("丁.txt.juanzong.toml", 1, "metadata.syntax"),
    ], key=str)  # fmt: skip
    assert "exclude" in next(
        note.message for note in notes if note.line == 1 and note.path == "juanzong.toml"
    )


def test_a_row_describes_a_member_a_row_or_a_record_in_a_file(tmp_path: Path) -> None:
    """A row of metadata.csv could describe a file only, and the author of one text in a ZIP stayed wrong."""
    rows = (
        "文章.csv#3,乙\n合集.zip/第一回.txt,丙\n合集.zip/附/*,丁\n合集.zip/附/三.txt,戊\n记录.jsonl#r1,己\n"
        "文章.csv,甲\n合集.zip/没有.txt,庚\n无/合集.zip/甲.txt,辛\n"
    )
    csv = "标题,正文\n早市,街上的早市开了。\n晚市,晚市也开了。\n"
    record = '{"id": "r1", "title": "记录", "text": "早市开了。"}\n'
    write(tmp_path, {"文章.csv": csv, "metadata.csv": f"path,author\n{rows}", "记录.jsonl": record})
    with ZipFile(tmp_path / "合集.zip", "w") as archive:
        for name in ("第一回.txt", "附/二.txt", "附/三.txt"):
            archive.writestr(name, TEXT)
    found, notes = read_all(tmp_path)
    assert {id: one.author for id, one in found.items()} == {
        "文章.csv#2": "甲",
        "文章.csv#3": "乙",
        "合集.zip/第一回.txt": "丙",
        "合集.zip/附/二.txt": "丁",
        "合集.zip/附/三.txt": "戊",
        "r1": "己",
    }
    assert [(note.path, note.line, note.said) for note in notes] == [
        ("合集.zip", None, ("metadata.member", "合集.zip/没有.txt")),
        ("metadata.csv", 9, ("metadata.unused", "无/合集.zip/甲.txt")),
    ]


def test_lines_are_corrected_in_files_of_one_document_only(tmp_path: Path) -> None:
    sidecar = 'source = "周口日报"\n[lines]\n2 = "heading"\n'
    write(
        tmp_path,
        {
            "文章.csv": "标题,正文\n早市,街上的早市开了。\n晚市,晚市也开了。\n",
            "文章.csv.juanzong.toml": sidecar,
            "书信.jsonl": '{"id": "信", "text": "见字如面。"}\n',
            "书信.jsonl.juanzong.toml": sidecar,
            "表.csv": "早市\t甲\n晚市\t乙\n",
            "表.csv.juanzong.toml": sidecar,
        },
    )
    found, notes = read_all(tmp_path)
    assert {one.details["source"] for one in found.values()} == {"周口日报"}
    assert sorted(named(notes), key=str) == [
        ("书信.jsonl", None, "metadata.lines"),
        ("文章.csv", None, "metadata.lines"),
    ]


def test_the_folder_says_what_is_left_out_and_how_files_are_read(tmp_path: Path) -> None:
    toml = 'exclude = ["草稿", "*.bak.txt"]\n[readers]\n"*.log" = "plain"\n[encodings]\n"旧/*" = "big5"\n'
    write(
        tmp_path,
        {
            "juanzong.toml": toml, "甲.txt": TEXT, "甲.bak.txt": TEXT, "草稿/乙.txt": TEXT, "丙.log": TEXT,
            "旧/丁.txt": "論壇\n\n派出所".encode("big5"),
        },
    )  # fmt: skip
    found, notes = read_all(tmp_path)
    assert (sorted(found), notes) == (["丙.log", "旧/丁.txt", "甲.txt"], [])
    assert (found["旧/丁.txt"].encoding, found["旧/丁.txt"].pieces[0].text) == ("big5", "論壇")


def test_columns_of_tables_have_the_fields_that_the_folder_says(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "juanzong.toml": '[columns]\n"全宗" = "source"\n"案由" = "title"\n',
            "案卷.csv": "案由,全宗,正文\n门牌,县档案馆,街上换了新的门牌。\n",
        },
    )
    (found,) = read_all(tmp_path)[0].values()
    assert (found.title, found.details) == ("门牌", {"source": "县档案馆"})


def test_rows_for_nothing_are_named_up_to_a_number(tmp_path: Path) -> None:
    rows = "".join(f"{n}.txt,编辑\n" for n in range(2_000))
    write(tmp_path, {"甲.txt": TEXT, "metadata.csv": f"path,author\n{rows}"})
    notes = read_all(tmp_path)[1]
    assert (len(notes), sum(note.count for note in notes)) == (1_001, 2_000)


def test_globs_of_other_programs_mean_what_they_mean_there(tmp_path: Path) -> None:
    rows = "path,source\n1998/**/*.txt,日报\n/1999/,晚报\n./2000/*,周报\n2001\\甲.txt,月报\n"
    paths = ("1998/甲.txt", "1998/11/05/甲.txt", "1999/甲.txt", "2000/11/甲.txt", "2001/甲.txt")
    write(tmp_path, {"metadata.csv": rows, **dict.fromkeys(paths, TEXT)})
    documents, notes = read_all(tmp_path)
    sources = [documents[path].details["source"] for path in paths]
    assert (sources, notes) == (["日报", "日报", "晚报", "周报", "月报"], [])


def test_settings_of_the_folder_that_are_a_link_or_a_pipe_are_named_and_never_waited_for(
    tmp_path: Path,
) -> None:
    """``juanzong.toml`` was opened whatever it was: a pipe stopped every build, a link was followed."""
    folder, elsewhere = tmp_path / "texts", tmp_path / "elsewhere.toml"
    write(folder, {"甲.txt": TEXT})
    elsewhere.write_text('exclude = ["*"]\n', "utf-8")
    (folder / "juanzong.toml").symlink_to(elsewhere)
    documents, notes = read_all(folder)
    assert list(documents) == ["甲.txt"]
    assert [(note.path, note.code) for note in notes] == [("juanzong.toml", "link")]
    (folder / "juanzong.toml").unlink()
    os.mkfifo(folder / "juanzong.toml")
    documents, notes = read_all(folder)
    assert list(documents) == ["甲.txt"]
    assert [(note.path, note.code) for note in notes] == [("juanzong.toml", "special_file")]
