"""The terminal command: what it prints, its exit statuses, and that nothing ends in a traceback."""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import subprocess
import sys
import time
from itertools import takewhile
from pathlib import Path

import pytest
from command_support import ROOT, SEED, Run

from cli.commands.build import progress_shown


def test_a_search_that_finds_ends_with_0_and_prints_place_and_text(run: Run, home: Path) -> None:
    found = run("--home", home, "search", "终身学习的理念")
    assert found.returncode == 0
    first, text = found.stdout.splitlines()[:2]
    assert "基层派出所所长应牢固树立四种意识 · 姚天民" in first
    assert first.startswith("1. 牢记使命")
    assert "每一位派出所所长都要树立终身学习的理念" in text
    assert found.stderr.startswith("1 passage in 1 document")


def test_a_hit_says_in_which_folder_or_file_it_stands(run: Run, tmp_path: Path) -> None:
    """Of 卷一 nobody could see of which book."""
    folder, home = tmp_path / "texts", tmp_path / "home"
    for book in ("甲书", "乙书"):
        (folder / book).mkdir(parents=True)
        (folder / book / "卷一.txt").write_text("派出所", "utf-8")
    (folder / "信.jsonl").write_text('{"id": "一", "title": "来信", "text": "派出所"}\n', "utf-8")
    (folder / "文.txt").write_text("派出所", "utf-8")
    assert run("--home", home, "rebuild", folder).returncode == 0
    found = run("--home", home, "search", "派出所", "--sort", "order").stdout
    places = [line.partition(" [")[0] for line in found.splitlines() if line[:1].isdigit()]
    assert places == ["1. 卷一 — 乙书", "2. 来信 — 信.jsonl", "3. 文", "4. 卷一 — 甲书"]


def test_a_run_that_stands_across_punctuation_is_offered_so(run: Run, tmp_path: Path) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "论语.txt").write_text("学而时习之，不亦说乎？", "utf-8")
    assert run("--home", tmp_path / "home", "rebuild", tmp_path / "texts").returncode == 0
    found = run("--home", tmp_path / "home", "search", "学而时习之不亦说乎")
    assert "Not counting punctuation, 1 passage with this run: --across" in found.stderr
    assert (
        "学而时习之，不亦说乎"
        in run(
            "--home", tmp_path / "home", "search", "--match", "exact", "--across", "学而时习之不亦说乎"
        ).stdout
    )


def test_a_search_that_finds_nothing_ends_with_1_and_says_what_to_try(run: Run, home: Path) -> None:
    found = run("--home", home, "search", "--match", "exact", "都基层")
    assert (found.returncode, found.stdout) == (1, "")
    assert found.stderr == (
        "juanzong: This exact phrase does not occur. Passages with all its words: 11 (match=all).\n"
        "Nothing found for “都基层”. Try --match all or --match any.\n"
    )


def test_a_facet_of_documents_gives_what_the_filter_takes(run: Run, home: Path) -> None:
    found = run("--home", home, "search", "所长", "--facets", "document,author")
    (line,) = (line for line in found.stdout.splitlines() if line.startswith("document: "))
    id_, count = line.removesuffix(")").split(" [", 1)[1].split("] (")
    narrowed = run("--home", home, "search", "所长", "--document", id_, "--json")
    assert json.loads(narrowed.stdout)["total"] == int(count)
    (line,) = (line for line in found.stdout.splitlines() if line.startswith("author: "))
    assert "[" not in line


def test_a_date_in_an_archive_without_dates_is_what_is_said(run: Run, home: Path) -> None:
    found = run("--home", home, "search", "所长 date:1949")
    assert found.returncode == 1
    assert "No document in this archive has a date" in found.stderr
    assert "(at character" not in found.stderr
    assert found.stderr.endswith("Try without the date.\n")


def test_a_filter_that_no_document_meets_is_said(run: Run, home: Path) -> None:
    found = run("--home", home, "search", "所长", "--author", "无名", "--collection", "史部")
    assert found.returncode == 1
    first, second, last = found.stderr.splitlines()
    assert first == "juanzong: No text is by the author 无名, whom the filter asks for."
    assert second == "juanzong: There is no folder 史部, which the filter asks for."
    assert last.endswith("Try without the filters.")


def test_minus_before_a_word_is_an_operator_and_not_an_option(run: Run, home: Path) -> None:
    everything = json.loads(run("--home", home, "search", "所长", "--json").stdout)
    fewer = json.loads(run("--home", home, "search", "所长", "-派出所", "--json").stdout)
    assert 0 < fewer["total"] < everything["total"]
    assert all("派出所" not in hit["text"] for hit in fewer["hits"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["search"], "Missing argument 'QUERY...'"),
        (["search", "派出所", "--jsn"], "No such option"),
        (["search", "派出所", "--match", "some"], "'some' is not one of"),
        (["search", "派出所", "--facets", "colour"], "facets is 'colour', which is none of: document"),
        (["search", "派" * 1001], "1,000"),
        (["search", "(" * 450 + "派出所" + ")" * 450], "nest"),
        (["search", " "], "The query is empty"),
        (["rebiuld", "texts"], "No such command 'rebiuld'. Did you mean 'rebuild'?"),
        (["rebuild", "--encoding", "gb18O30"], "There is no encoding 'gb18O30'"),
        (["serve", "--url-prefix", "/a b"], "/a b is not a path"),
        (["nonsense"], "No such command 'nonsense'"),
        ([], "Usage: juanzong"),
    ],
)
def test_misuse_ends_with_2_and_says_how(run: Run, home: Path, arguments: list[str], said: str) -> None:
    answer = run("--home", home, *arguments)
    assert answer.returncode == 2
    assert said in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_data_directory_named_as_the_folder_of_texts_is_misuse(run: Run, tmp_path: Path) -> None:
    """It ended with 3, which a script takes for an archive that is damaged."""
    answer = run("--home", tmp_path, "rebuild", tmp_path)
    assert answer.returncode == 2
    assert "Keep the archive in another one" in answer.stderr
    assert not list(tmp_path.iterdir())


def test_a_missing_archive_ends_with_3_and_names_path_and_command(run: Run, tmp_path: Path) -> None:
    answer = run("--home", tmp_path / "none", "search", "派出所")
    assert answer.returncode == 3
    assert f"juanzong --home {tmp_path / 'none'} rebuild FOLDER" in answer.stderr
    assert answer.stderr.count("\n") == 1


def test_a_build_that_left_something_out_ends_with_4_and_names_it(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "好.txt").write_text("派出所所长", "utf-8")
    (folder / "picture.txt").write_bytes(bytes(range(256)) * 8)
    built = run("--home", tmp_path / "home", "rebuild", folder)
    assert built.returncode == 4
    assert "left out: not text (1)\n  picture.txt: byte 0 is NUL" in built.stderr
    assert built.stderr.endswith(" 2 files: 1 whole, 1 not read.\n")
    assert run("--home", tmp_path / "home", "search", "派出所").returncode == 0


def test_json_is_what_the_api_answers(run: Run, home: Path) -> None:
    body = json.loads(run("--home", home, "search", "派出所", "--json", "--limit", "2", "--counts").stdout)
    assert (body["query"], body["match"], body["relaxed"], len(body["hits"])) == ("派出所", "auto", False, 2)
    hit = body["hits"][0]
    assert all(hit["text"][start:end] == "派出所" for start, end in hit["spans"])
    assert body["occurrences"] >= body["total"]


def test_every_place_of_a_word_is_counted(run: Run, home: Path) -> None:
    """A scan of the seed counts 50 places of 所长."""
    body = json.loads(run("--home", home, "search", "--match", "exact", "所长", "--json", "--counts").stdout)
    assert body["occurrences"] == SEED.read_text("utf-8").count("所长") == 50


def test_show_prints_a_passage_with_its_neighbours_and_a_whole_document(run: Run, home: Path) -> None:
    hit = json.loads(run("--home", home, "search", "终身学习的理念", "--json").stdout)["hits"][0]
    passage = run("--home", home, "show", hit["passage_id"])
    assert passage.returncode == 0
    assert hit["text"] in passage.stdout
    assert hit["after"] in passage.stdout
    document = run("--home", home, "show", hit["document"]["id"])
    assert document.returncode == 0
    assert document.stdout.index("终身学习的理念") > document.stdout.index("四种意识")
    assert "队列训练。" in document.stdout


def test_show_says_what_the_build_noted_of_the_text(run: Run, tmp_path: Path) -> None:
    folder, home = tmp_path / "texts", tmp_path / "home"
    folder.mkdir()
    text = "派出所所长应树立终身学习的理念。\n".encode()
    (folder / "坏.txt").write_bytes(text + b"\xff" + text)
    run("--home", home, "rebuild", folder)
    lines = run("--home", home, "show", "坏.txt").stdout.splitlines()
    assert lines[1].startswith("note: has bytes that are not utf-8 in line 2")


def test_show_of_an_unknown_id_ends_with_1(run: Run, home: Path) -> None:
    answer = run("--home", home, "show", "0123456789abcdef")
    assert answer.returncode == 1
    assert "0123456789abcdef" in answer.stderr


def test_inspect_needs_no_archive_and_prints_line_piece_and_rule(run: Run, tmp_path: Path) -> None:
    answer = run("--home", tmp_path / "none", "inspect", SEED)
    rows = [line.split("\t") for line in answer.stdout.splitlines()]
    assert answer.returncode == 0
    assert rows[0] == ["3", "1", "title", rows[0][3], "牢记使命 忠诚履职 为实现周口公安崛起释放“正能量”"]
    assert len({row[1] for row in rows} - {"-"}) == 55
    assert answer.stderr.splitlines() == [
        "title: 牢记使命 忠诚履职 为实现周口公安崛起释放“正能量” (the file)",
        "author: 郝发顺 (the file)",
        "55 pieces; read as utf-8.",
    ]


def test_inspect_says_why_a_line_is_what_it_is_and_what_it_is_not(run: Run, tmp_path: Path) -> None:
    last = "第二句话也说完了，也在这里停住，后来的事情大家都知道，"
    last += "说起来话就长了，还是慢慢说给你听吧。"
    said = f"第一句话说完了，就在这里停住。\n\n真好啊！\n\n{last}\n"
    text = f"村口的路\n\n责任编辑：陈琦\n\n{said}"
    (tmp_path / "a.txt").write_text(text, "utf-8")
    inspected = run("inspect", tmp_path / "a.txt", "--why")
    assert "note-credits: 责任编辑：…, 校对 …: no authors." in inspected.stderr
    found = inspected.stdout.splitlines()
    at = next(place for place, line in enumerate(found) if line.startswith("7\t"))
    assert found[at].startswith("7\t4\ttext\tparagraph")
    assert found[at + 1].strip() == (
        "heading-short-line: a phrase between paragraphs (refused, an exclamation)"
    )
    rows = json.loads(run("inspect", tmp_path / "a.txt", "--why", "--json").stdout)["rows"]
    assert [(one["rule"], one["taken"]) for one in rows[1]["why"]] == [("note-credits", True)]
    assert "why" not in json.loads(run("inspect", tmp_path / "a.txt", "--json").stdout)["rows"][1]


def test_inspect_says_when_a_build_leaves_the_file_out(run: Run, tmp_path: Path) -> None:
    (tmp_path / "甲.xyz").write_text("派出所所长\n", "utf-8")
    seen = run("inspect", tmp_path / "甲.xyz")
    assert (seen.returncode, "派出所所长" in seen.stdout) == (0, True)
    assert "a build leaves this file out" in seen.stderr
    assert "1 piece; read as utf-8." in seen.stderr


def test_inspect_shows_the_lines_that_are_taken_out_of_another_format(run: Run, tmp_path: Path) -> None:
    (tmp_path / "甲.md").write_text("# 县里的会议\n\n开了三天，讨论了水利。\n", "utf-8")
    seen = run("inspect", tmp_path / "甲.md")
    assert seen.stdout == (
        "1\t1\ttitle\tgiven-markup\t县里的会议\n2\t2\ttext\tparagraph\t开了三天，讨论了水利。\n"
    )
    assert "2 pieces; read as Markdown" in seen.stderr
    (tmp_path / "乙.docx").write_text("no document", "utf-8")
    broken = run("inspect", tmp_path / "乙.docx")
    assert (broken.stdout, broken.returncode) == ("", 0)
    assert "乙.docx: is damaged, or not what its ending says" in broken.stderr


def test_a_misspelt_encoding_leaves_the_archive_as_it_is(run: Run, tmp_path: Path) -> None:
    """It once left out every text, and put an empty archive in the place of a good one."""
    folder, home = tmp_path / "texts", tmp_path / "home"
    folder.mkdir()
    (folder / "甲.txt").write_text("派出所所长", "utf-8")
    assert run("--home", home, "rebuild", folder).returncode == 0
    assert run("--home", home, "rebuild", "--encoding", "utf9").returncode == 2
    assert run("--home", home, "search", "派出所").returncode == 0


def test_a_build_that_is_stopped_says_that_the_archive_is_still_there(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(KeyboardInterrupt), progress_shown():
        raise KeyboardInterrupt
    assert capsys.readouterr().err == "juanzong: stopped; what was there before is still served.\n"


def test_a_page_beyond_the_last_and_an_empty_page_are_said_as_such(run: Run, home: Path) -> None:
    beyond = run("--home", home, "search", "终身学习的理念", "--offset", "7")
    assert beyond.stderr.startswith("1 passage in 1 document, ")
    assert " There is nothing from --offset 7 on." in beyond.stderr
    counted = run("--home", home, "search", "终身学习的理念", "--limit", "0")
    assert counted.stderr.startswith("1 passage in 1 document, ")
    assert "More" not in counted.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full: a device that is full, on Linux")
def test_output_that_cannot_be_written_is_one_line(home: Path) -> None:
    command = [sys.executable, "-m", "cli.main", "--home", str(home), "search", "派出所"]
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, encoding="utf-8", check=False)
    assert ended.returncode == 3
    assert ended.stderr.splitlines()[-1].startswith("juanzong: cannot write the output (")
    assert "Traceback" not in ended.stderr


def test_inspect_of_no_file_is_one_line(run: Run, tmp_path: Path) -> None:
    answer = run("inspect", tmp_path / "no\nfile.txt")
    assert answer.returncode == 3
    assert answer.stderr.count("\n") == 1


def test_stats_and_check_speak_of_the_whole_archive(run: Run, home: Path) -> None:
    body = json.loads(run("--home", home, "stats", "--json").stdout)
    assert (body["documents"], body["passages"], body["left_out"]) == (1, 55, 0)
    assert run("--home", home, "stats").stdout.split()[:2] == ["home", str(home)]
    checked = run("--home", home, "check")
    said = "Sources, texts and index agree.\nAll compared: 1 file, 55 passages.\n"
    assert (checked.returncode, checked.stderr) == (0, said)


def test_a_build_says_by_reason_what_was_left_out(run: Run, tmp_path: Path) -> None:
    """The 20 notes that were shown were of 20 pictures; files, lines and fields were one number."""
    folder, home = tmp_path / "texts", tmp_path / "home"
    folder.mkdir()
    (folder / "好.txt").write_text("派出所所长", "utf-8")
    for number in range(30):
        (folder / f"{number}.jpg").touch()
    (folder / "书.xyz").touch()
    (folder / "包.rar").touch()
    (folder / "录.jsonl").write_text(
        '{"id": 1, "text": "甲"}\n{\n[]\n{"id": 2, "text": "乙", "author": 5}\n', "utf-8"
    )
    built = run("--home", home, "rebuild", folder)
    lines = built.stderr.splitlines()
    assert [line for line in lines if not line.startswith("  ")][:3] == [
        "left out: format that is not read (32: 30 .jpg, 1 .xyz, 1 .rar)",
        "left out: line that is not a record (2)",
        "left out: field of the wrong type, not read (1)",
    ]
    assert lines[1].startswith("  0.jpg: files that end in .jpg are not read")
    assert [line.partition(":")[0] for line in lines[1:4]] == ["  0.jpg", "  书.xyz", "  包.rar"]
    assert lines[4] == "  … and 29 more"
    assert "OCR" in lines[1]
    assert lines[3].endswith(" Unpack it.")
    assert lines[-2].endswith(" 34 files: 1 whole, 1 partly, 32 not read.")
    assert lines[-1] == "35 notes on the sources: juanzong stats --report"
    report = run("--home", home, "stats", "--report").stdout
    assert report.count(".jpg: files that end in") == 30
    assert "sources        34 files: 1 whole, 1 partly, 32 not read\n" in report
    stats = json.loads(run("--home", home, "stats", "--json").stdout)
    assert (stats["files"], stats["left_out"]) == ({"whole": 1, "partly": 1, "not_read": 32}, 35)


def test_an_update_names_the_files_that_it_took_in(run: Run, tmp_path: Path) -> None:
    folder, home = tmp_path / "texts", tmp_path / "home"
    folder.mkdir()
    (folder / "大.txt").write_text("终身学习的理念。\n" * 400, "utf-8")
    for name in "甲乙":
        (folder / f"{name}.txt").write_text("派出所", "utf-8")
    run("--home", home, "rebuild", folder)
    (folder / "甲.txt").write_text("派出所所长", "utf-8")
    (folder / "乙.txt").unlink()
    for number in range(12):
        (folder / f"{number}.txt").write_text("新的", "utf-8")
    lines = run("--home", home, "update").stderr.splitlines()
    assert lines[:11] == [*(f"added: {number}.txt" for number in range(10)), "added: … and 2 more"]
    assert lines[11:13] == ["changed: 甲.txt", "removed: 乙.txt"]
    (folder / "0.txt").unlink()
    body = json.loads(run("--home", home, "update", "--json").stdout)
    assert body["paths"] == {"added": [], "changed": [], "removed": ["0.txt"]}
    assert body["files"] == {"whole": 13, "partly": 0, "not_read": 0}


def test_a_changed_source_is_found_by_check_and_taken_in_by_update(run: Run, tmp_path: Path) -> None:
    folder, home = tmp_path / "texts", tmp_path / "home"
    folder.mkdir()
    (folder / "甲.txt").write_text("派出所所长", "utf-8")
    assert run("--home", home, "rebuild", folder).returncode == 0
    (folder / "乙.txt").write_text("终身学习", "utf-8")
    assert run("--home", home, "check").returncode == 3
    assert run("--home", home, "update").returncode == 0
    assert run("--home", home, "search", "终身学习").returncode == 0
    assert run("--home", home, "check").returncode == 0


def test_a_check_says_how_much_it_compared(run: Run, tmp_path: Path) -> None:
    """A sample was compared, and “agree” said of all; what was left out is in no comparison."""
    folder, home = tmp_path / "texts", tmp_path / "home"
    folder.mkdir()
    for number in range(650):
        (folder / f"{number}.txt").write_text(f"第{number}号。", "utf-8")
    (folder / "图.xyz").write_bytes(b"%PDF-1.7")
    assert run("--home", home, "rebuild", folder).returncode == 4
    sample = run("--home", home, "check")
    said = sample.stderr.splitlines()
    assert (sample.returncode, said[0]) == (0, "Sources, texts and index agree.")
    assert said[1] == (
        "Compared: the contents of 650 files; 325 of them read again, 325 of 650 passages searched for."
        " All of them: juanzong check --all"
    )
    assert said[2] == (
        "The folder has 651 files: 650 whole, 1 not read; other formats are not compared."
        " Left out: juanzong stats --report"
    )
    assert run("--home", home, "check", "--all").stderr.splitlines()[1] == (
        "All compared: 650 files, 650 passages."
    )
    found = json.loads(run("--home", home, "check", "--all", "--json").stdout)
    del found["generation"]
    assert found == {
        "files": 650, "passages": 650, "all_files": 650, "all_passages": 650, "findings": [],
        "archived": {"whole": 650, "partly": 0, "not_read": 1},
    }  # fmt: skip


def test_an_archive_is_kept_under_any_locale(run: Run, tmp_path: Path) -> None:
    """What a terminal in UTF-8 had built, a cron job under ``LC_ALL=C`` could not update: a traceback."""
    folder, home = tmp_path / "文", tmp_path / "家"
    folder.mkdir()
    (folder / "国标.txt").write_text("派出所所长", "utf-8")
    (tmp_path / "词.txt").write_text("所长\n", "utf-8")
    c_locale = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    words = ("--user-dictionary", tmp_path / "词.txt")
    for first, second in (({}, c_locale), (c_locale, {})):
        assert run("--home", home, "rebuild", folder, *words, environment=first).returncode == 0
        again = run("--home", home, "rebuild", "--if-changed", environment=second)
        assert (again.returncode, again.stderr[:15]) == (0, "Nothing changed")
        updated = run("--home", home, "update", environment=second)
        assert (updated.returncode, updated.stderr[:15]) == (0, "Nothing changed")


def test_rebuild_if_changed_does_nothing_when_nothing_changed(run: Run, home: Path) -> None:
    folder = json.loads(run("--home", home, "stats", "--json").stdout)["source_folder"]
    again = run("--home", home, "rebuild", folder, "--if-changed")
    assert again.returncode == 0
    assert again.stderr.startswith("Nothing changed: 1 document, 55 passages")


def test_serving_the_sample_keeps_the_archive_of_another_folder(run: Run, tmp_path: Path) -> None:
    """``make serve`` replaced what somebody had built in ./var with the sample."""
    planned = subprocess.run(["make", "-n", "serve"], cwd=ROOT, capture_output=True, text=True, check=True)
    (line,) = (line for line in planned.stdout.splitlines() if " rebuild " in line)
    options = line.partition(" rebuild ")[2].partition("||")[0].split()
    folder, home = tmp_path / "texts", tmp_path / "home"
    folder.mkdir()
    (folder / "甲.txt").write_text("派出所所长", "utf-8")
    assert run("--home", home, "rebuild", folder).returncode == 0
    kept = run("--home", home, "rebuild", *options, cwd=ROOT)
    assert kept.returncode == 0
    assert kept.stderr.startswith(f"Nothing built: {home} holds the archive of another folder, 1 document")
    assert json.loads(run("--home", home, "stats", "--json").stdout)["source_folder"] == str(folder)


def test_the_home_is_the_option_then_the_variable_then_var(run: Run, home: Path, tmp_path: Path) -> None:
    found = run("search", "派出所", cwd=tmp_path, environment={"JUANZONG_HOME": str(home)})
    assert found.returncode == 0
    shutil.copytree(home, tmp_path / "var")
    assert run("search", "派出所", cwd=tmp_path).returncode == 0
    missing = run("--home", tmp_path / "none", "search", "派出所", environment={"JUANZONG_HOME": str(home)})
    assert missing.returncode == 3
    assert run("search", "派出所", "--home", home, cwd=tmp_path / "..").returncode == 0


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "gbk"])
def test_output_never_fails_on_a_console_that_is_not_utf_8(run: Run, home: Path, encoding: str) -> None:
    environment = {"PYTHONIOENCODING": encoding}
    arguments = [sys.executable, "-m", "cli.main", "--home", str(home), "search", "派出所", "㑹"]
    for extra in ([], ["--json"]):
        answer = subprocess.run(
            [*arguments, *extra],
            cwd=ROOT,
            env={**os.environ, **environment},
            capture_output=True,
            timeout=60,
            check=False,
        )
        assert answer.returncode in (0, 1)
        assert b"Traceback" not in answer.stderr
    assert json.loads(answer.stdout.decode(encoding))["query"] == "派出所 㑹"


def test_a_reader_that_leaves_early_is_no_error(home: Path) -> None:
    command = f"{sys.executable} -m cli.main --home {home} search 派出所 --limit 45 | head -n 1"
    answer = subprocess.run(["sh", "-c", command], cwd=ROOT, capture_output=True, timeout=60, check=True)
    assert answer.stdout.startswith(b"1. ")
    assert b"Traceback" not in answer.stderr
    assert b"Exception ignored" not in answer.stderr


def on_a_terminal(home: Path, query: str, columns: int = 80) -> str:
    """What a search writes to a real terminal of so many columns, with the bytes that colour it."""
    import pty

    parent, child = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "cli.main", "--home", str(home), "search", query],
        cwd=ROOT,
        env={**os.environ, "TERM": "xterm-256color", "COLUMNS": str(columns), "NO_COLOR": ""},
        stdout=child,
        stderr=subprocess.PIPE,
    )
    os.close(child)
    written = b""
    while True:
        try:
            part = os.read(parent, 65536)
        except OSError:
            break
        if not part:
            break
        written += part
    _, errors = process.communicate(timeout=60)
    os.close(parent)
    screen = written.decode("utf-8")
    assert process.returncode == 0, errors
    return screen


def test_on_a_terminal_the_hits_are_in_colour(home: Path) -> None:
    screen = on_a_terminal(home, "终身学习的理念")
    assert "\x1b[1;31m终身学习的理念\x1b[0m" in screen.replace("\x1b[0m\x1b[1;31m", "")
    assert "姚天民" in screen


def test_on_a_terminal_it_is_said_where_the_passages_of_all_words_begin(home: Path) -> None:
    """Without it nobody sees why a passage in which nothing is marked was found: its title has the word."""
    assert on_a_terminal(home, "派出所民警").count("These have every word") == 1


def test_piped_it_is_said_too_where_the_passages_of_all_words_begin(run: Run, home: Path) -> None:
    lines = run("--home", home, "search", "派出所民警").stdout.splitlines()
    (at,) = (number for number, line in enumerate(lines) if line.startswith("These have every word"))
    assert lines[at - 1] == lines[at + 1] == ""


@pytest.mark.parametrize("columns", [40, 60, 100])
def test_on_a_terminal_no_number_stands_alone_above_its_headline(home: Path, columns: int) -> None:
    screen = re.sub(r"\x1b\[[0-9;]*m", "", on_a_terminal(home, "终身学习的理念", columns))
    lines = [line.rstrip() for line in screen.splitlines()]
    assert lines[0].startswith("1. 牢记使命")
    assert all(sum(2 if ord(c) > 0x2E80 else 1 for c in line) <= columns for line in lines)
    passage = re.search("[0-9a-f]{16}", screen)
    assert passage
    assert run_of_place(lines).endswith(passage[0])


def run_of_place(lines: list[str]) -> str:
    """The lines above the text, which is indented, as one."""
    return "".join(takewhile(lambda line: not line.startswith("    "), lines))


def test_a_search_from_a_cold_start_takes_under_0_3_seconds(home: Path) -> None:
    """Of processor time, the best of five: the wall clock of a shared machine says nothing."""
    for without in ("", "rjieba"):
        program = (
            "import sys; "
            + (f"sys.modules[{without!r}] = None; " if without else "")
            + "sys.argv = ['juanzong', '--home', sys.argv[1], 'search', '派出所']; "
            + "from cli.main import main; main()"
        )
        times = []
        for _ in range(5):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            started = time.perf_counter()
            subprocess.run(
                [sys.executable, "-c", program, str(home)],
                cwd=ROOT,
                capture_output=True,
                check=True,
                timeout=60,
            )
            wall = time.perf_counter() - started
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            times.append((spent, wall))
        assert min(spent for spent, _ in times) < 0.3, times


def test_a_plain_search_loads_what_it_needs(home: Path) -> None:
    """tests/test_imports.py says what each of these cost; here none comes in while a search runs either.

    But for ``hashlib``: this archive is one of Whoosh, whose dictionary of terms is a hash file.
    """
    command = [sys.executable, "-X", "importtime", "-m", "cli.main", "--home", str(home), "search", "派出所"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=True, timeout=60)
    loaded = {line.rpartition("|")[2].strip() for line in run.stderr.splitlines()}
    assert "index.archive" in loaded
    needless = {
        "dataclasses",
        "tempfile",
        "shutil",
        "calendar",
        "rich",
        "rjieba",
    }
    assert loaded & needless == set()


def test_control_characters_of_a_text_do_not_reach_the_terminal(run: Run, tmp_path: Path) -> None:
    """A text could otherwise colour, clear or retitle the reader's terminal."""
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "恶.txt").write_text("派出所\x1b[31m红\x1b]0;题\x07所长的话，说得很长很长。", "utf-8")
    run("--home", tmp_path / "home", "rebuild", folder)
    found = run("--home", tmp_path / "home", "search", "派出所")
    assert found.returncode == 0
    assert "\x1b" not in found.stdout + found.stderr
    assert "\x07" not in found.stdout + found.stderr


def test_a_page_of_one_passage_is_called_by_its_number(run: Run, home: Path) -> None:
    assert run("--home", home, "search", "所长", "--limit", "1", "--offset", "2").stderr.startswith("3 of ")
    assert run("--home", home, "search", "所长", "--limit", "2").stderr.startswith("1-2 of ")


@pytest.mark.skipif(not hasattr(os, "nice"), reason="this system has no niceness")
@pytest.mark.parametrize("command", ["rebuild", "update"])
def test_a_build_lets_readers_go_first(home: Path, command: str) -> None:
    """On two cores pages took four times as long while a build went on."""
    program = (
        "import atexit, os, sys; atexit.register(lambda: print(os.nice(0)));"
        "sys.argv[0] = 'juanzong'; from cli.main import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "--home", str(home), command],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert int(done.stdout.split()[-1]) == min(os.nice(0) + 10, 19), done.stderr


def test_inspect_prints_a_long_file_part_by_part(run: Run, tmp_path: Path) -> None:
    """As numbers of lines and pieces go on; the JSON is one value however long the file is."""
    lines = [f"第{n}号文件。" + "收入县志的第一部分。" * 40 for n in range(15_000)]
    (tmp_path / "a.txt").write_text("\n".join(lines), "utf-8")
    seen = run("inspect", tmp_path / "a.txt")
    rows = [line.split("\t") for line in seen.stdout.splitlines()]
    assert [(int(row[0]), int(row[1]), row[4]) for row in rows] == [
        (n, n, line[:35] + "…") for n, line in enumerate(lines, 1)
    ]
    assert seen.stderr == "title: a (the name of the file)\n15,000 pieces; read as utf-8.\n"
    as_json = json.loads(run("inspect", tmp_path / "a.txt", "--json").stdout)
    assert [row["text"] for row in as_json["rows"]] == lines
