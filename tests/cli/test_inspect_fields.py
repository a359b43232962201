"""juanzong inspect says where each value of a document comes from."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

from command_support import Run


def test_inspect_says_where_each_value_comes_from(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "周口日报" / "1998-11-05"
    folder.mkdir(parents=True)
    (folder / "甲.txt").write_text("所长论坛\n\n派出所是公安机关最基层的单位。\n", "utf-8")
    (tmp_path / "metadata.csv").write_text("path,author,autor,馆藏\n周口日报,记者甲,x,y\n", "utf-8")
    (folder / "甲.txt.juanzong.toml").write_text('edition = "农村版"\nlines = {3 = "note"}\n', "utf-8")
    seen = run("--home", tmp_path / "none", "inspect", folder / "甲.txt")
    assert seen.stderr.splitlines()[:-1] == [
        "title: 所长论坛 (the file)",
        "author: 记者甲 (metadata.csv:2)",
        "date: 1998-11-05 (guessed from the path)",
        "edition: 农村版 (周口日报/1998-11-05/甲.txt.juanzong.toml:1)",
        "collection: 周口日报/1998-11-05 (the folder of the file)",
        "juanzong: metadata.csv:1: autor is not a known field; the nearest that is: author. "
        'A field of your own has to be named in juanzong.toml: fields = ["autor"]',
        "juanzong: metadata.csv:1: 馆藏 is none of the known fields: title, author, affiliation, date, "
        "source, edition, page, language, rights, type, place, publisher, url, collection, path. "
        'A field of your own has to be named in juanzong.toml: fields = ["馆藏"]',
    ]
    assert "note" in seen.stdout.splitlines()[1]
    found = json.loads(run("--home", tmp_path / "none", "inspect", folder / "甲.txt", "--json").stdout)
    assert found["fields"]["author"] == {"value": "记者甲", "from": "metadata.csv:2"}


def test_a_text_is_named_as_list_names_it(run: Run, tmp_path: Path) -> None:
    """The ids that list prints are below the remembered folder, and so are what is in a file."""
    folder = tmp_path / "texts" / "旧报"
    folder.mkdir(parents=True)
    (folder / "甲.txt").write_text("所长论坛\n\n派出所是公安机关最基层的单位。\n", "utf-8")
    (folder / "文章.csv").write_text("标题,作者,正文\n早市,甲某,早市开了。\n晚市,乙某,晚市开了。\n", "utf-8")
    assert run("--home", tmp_path / "home", "rebuild", tmp_path / "texts").returncode == 0
    inspect = ("--home", tmp_path / "home", "inspect")
    assert "派出所" in run(*inspect, "旧报/甲.txt").stdout
    seen = run(*inspect, "旧报/文章.csv#3")
    assert [line.split("\t")[4] for line in seen.stdout.splitlines() if "\tmember\t" in line] == [
        "旧报/文章.csv#3"
    ]
    assert "2 pieces; read as tables." in seen.stderr
    assert run(*inspect, folder / "文章.csv#3").stdout == seen.stdout
    assert "旧报/文章.csv#9: it is not in this file" in run(*inspect, "旧报/文章.csv#9").stderr
    assert "texts/旧报/无.txt" not in run(*inspect, "旧报/无.txt").stderr
    refused = run("--home", tmp_path / "home", "correct", "旧报/文章.csv")
    assert "rows, records or members" in refused.stderr


def test_what_is_wrong_in_rows_for_other_files_is_not_repeated(run: Run, tmp_path: Path) -> None:
    for name in ("甲.txt", "乙.txt"):
        (tmp_path / name).write_text("所长论坛\n\n派出所是公安机关最基层的单位。\n", "utf-8")
    (tmp_path / "metadata.csv").write_text("path,date\n甲.txt,某日\n", "utf-8")
    said = "metadata.csv:2: 甲.txt: 某日 is not a known date"
    assert said in run("--home", tmp_path / "none", "inspect", tmp_path / "甲.txt").stderr
    assert "某日" not in run("--home", tmp_path / "none", "inspect", tmp_path / "乙.txt").stderr


def test_what_is_said_and_not_used_is_named(run: Run, tmp_path: Path) -> None:
    """Of a table nothing was said of a row that it does not have, nor of lines that are not corrected."""
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "文章.csv").write_text("标题,正文\n早市,早市开了。\n晚市,晚市开了。\n", "utf-8")
    (folder / "书信.jsonl").write_text('{"id": "一", "text": "见字如面。"}\n', "utf-8")
    with zipfile.ZipFile(folder / "报.zip", "w") as packed:
        packed.writestr("甲.txt", "早市开了。\n")
    names = ("文章.csv", "书信.jsonl", "报.zip")
    for name in names:
        (folder / f"{name}.juanzong.toml").write_text('[lines]\n2 = "heading"\n', "utf-8")
    (folder / "metadata.csv").write_text("path,author\n文章.csv#9,甲\n报.zip/无.txt,乙\n", "utf-8")
    for name, unnamed in zip(names, ("文章.csv#9", None, "报.zip/无.txt"), strict=True):
        seen = run("--home", tmp_path / "none", "inspect", folder / name).stderr
        said = f"{name}: has several documents, so what its sidecar says of lines and sections is not used."
        assert seen.count(said) == 1
        assert (f"{name}: metadata.csv names {unnamed}" in seen) is (unnamed is not None)


def test_of_a_member_only_its_own_notes_are_printed(run: Run, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "报.zip", "w") as packed:
        packed.writestr("甲.txt", "早市开了。\n")
        packed.writestr("疑/乙.txt", "早".encode("gbk"))
        packed.writestr("空.txt", "")
        packed.writestr("表.csv", "标题,正文\n早市,早市开了。\n,\n")
    inspect = ("--home", tmp_path / "none", "inspect")
    assert (
        run(*inspect, tmp_path / "报.zip" / "甲.txt").stderr
        == "1 piece; read as archives: each member is a file.\n"
    )
    doubtful = run(*inspect, tmp_path / "报.zip" / "疑").stderr
    assert "报.zip/疑/乙.txt: reads as gb18030" in doubtful
    assert "空.txt" not in doubtful
    table = run(*inspect, tmp_path / "报.zip" / "表.csv")
    assert table.stdout == run(*inspect, tmp_path / "报.zip" / "表.csv#2").stdout
    assert "早市开了。" in table.stdout
    empty = run(*inspect, tmp_path / "报.zip" / "空.txt")
    assert (empty.returncode, empty.stderr) == (3, "juanzong: 报.zip/空.txt: holds no text.\n")


def test_a_doubt_about_the_encoding_is_said_in_words(run: Run, tmp_path: Path) -> None:
    (tmp_path / "甲.txt").write_bytes("早".encode("gbk"))
    said = run("--home", tmp_path / "none", "inspect", tmp_path / "甲.txt").stderr
    assert "甲.txt: reads as gb18030, and nearly as well as big5." in said


def test_in_chinese_a_note_has_its_reason(run: Run, tmp_path: Path) -> None:
    """Below the heading of a reason it is left out. Alone, the note was in English, or a bare number."""
    (tmp_path / "甲.txt").write_bytes("早".encode("gbk"))
    (tmp_path / "空.txt").write_bytes(b"")
    inspect = ("--lang", "zh", "--home", tmp_path / "none", "inspect")
    doubtful = run(*inspect, tmp_path / "甲.txt").stderr
    assert "甲.txt: 编码无法确定：按 gb18030 读取，但按 big5 也基本通顺" in doubtful
    assert run(*inspect, tmp_path / "空.txt").stderr.splitlines()[0] == "juanzong: 空.txt: 没有文字"


def test_each_document_of_a_file_has_its_fields(run: Run, tmp_path: Path) -> None:
    """Of a table or an archive no field was shown, and --why was passed over in silence."""
    table = tmp_path / "文章.csv"
    table.write_text("标题,作者,正文\n早市,记者甲,早市开了。\n晚市,记者乙,晚市开了。\n", "utf-8")
    (tmp_path / "metadata.csv").write_text(
        "path,source,author\n文章.csv,县报,\n文章.csv#3,,记者丙\n", "utf-8"
    )
    seen = run("--home", tmp_path / "none", "inspect", table, "--why")
    assert [line.strip() for line in seen.stdout.splitlines() if "author" in line or "source" in line] == [
        "author: 记者甲 (the file)",
        "source: 县报 (metadata.csv:2)",
        "author: 记者丙 (metadata.csv:3)",
        "source: 县报 (metadata.csv:2)",
    ]
    assert "        given-markup: the markup says so (taken)" in seen.stdout.splitlines()
    rows = json.loads(run("--home", tmp_path / "none", "inspect", table, "--json").stdout)["rows"]
    members = [row for row in rows if row["rule"] == "member"]
    assert members[1]["fields"]["author"] == {"value": "记者丙", "from": "metadata.csv:3"}


def test_why_is_said_of_each_document_of_a_file(run: Run, tmp_path: Path) -> None:
    """--why was refused for an archive, and records were shown as the bare lines of a text."""
    page = "培训班侧记\n\n本报记者 郝发顺\n\n派出所是公安机关最基层的单位，和人民群众打交道最多。\n"
    with zipfile.ZipFile(tmp_path / "报.zip", "w") as packed:
        packed.writestr("上/甲.txt", page)
        packed.writestr("乙.md", f"# 集市\n\n{page}")
        packed.writestr(
            "丙.jsonl", '{"id": "丙一", "title": "早市", "author": "记者丙", "text": "早市开了。"}\n'
        )
    inspect = ("--home", tmp_path / "none", "inspect", "--why")
    seen = run(*inspect, tmp_path / "报.zip")
    lines = [line.split("\t") for line in seen.stdout.splitlines()]
    assert [line[4] for line in lines if "member" in line] == ["报.zip/上/甲.txt", "丙一", "报.zip/乙.md"]
    assert ["1", "1", "title", "title-first-line", "培训班侧记"] in lines
    assert "        title-first-line: " in seen.stdout
    assert seen.returncode == 0
    assert "        author: 记者丙 (the file)" in seen.stdout
    assert "10 pieces; read as archives" in seen.stderr
    one = run(*inspect, tmp_path / "报.zip" / "上" / "甲.txt").stdout
    assert one
    assert one in seen.stdout
    assert run(*inspect, tmp_path / "报.zip" / "上").stdout == one
    assert "乙.md" not in one
