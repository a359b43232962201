"""juanzong correct: what is changed in an editor becomes the sidecar; the text is never touched."""

from __future__ import annotations

import json
import shlex
import stat
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest
from command_support import Run

TEXT = """县城见闻

街上的派出所换了新的门牌，来往的人都停下来看。

门牌背后的事，说来话长。
老所长说门牌是大家一起挂上去的，挂好以后站了很久。
"""


def editor(folder: Path, *replacements: tuple[str, str], times: int = 1) -> dict[str, str]:
    """An editor that makes each of these replacements, one a call where there are ``times`` of them."""
    script = folder / "editor.py"
    script.write_text(
        "import sys, pathlib\n"
        f"count = pathlib.Path({str(folder / 'count')!r})\n"
        "n = int(count.read_text()) if count.exists() else 0\n"
        "count.write_text(str(n + 1))\n"
        f"pairs = {list(replacements)!r}\n"
        f"pairs = pairs[n:n + 1] if {times} > 1 else pairs\n"
        "file = pathlib.Path(sys.argv[1])\n"
        "text = file.read_text('utf-8')\n"
        f"pathlib.Path({str(folder / 'seen')!r}).write_text(text, 'utf-8')\n"
        "for old, new in pairs:\n"
        "    assert old in text, text\n"
        "    text = text.replace(old, new, 1)\n"
        "import os\n"
        "file.write_text(text, 'utf-8')\n"
        "os.utime(file, (n + 1, n + 1))\n",
        "utf-8",
    )
    return {"VISUAL": f"{shlex.quote(sys.executable)} {shlex.quote(str(script))}"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "甲.txt").write_text(TEXT, "utf-8")
    return folder / "甲.txt"


def test_saved_changes_become_the_sidecar_and_are_read(run: Run, file: Path, tmp_path: Path) -> None:
    sidecar = file.with_name("甲.txt.juanzong.toml")
    sidecar.write_text('# by the editor\nsource = "县报" # of 1998\n', "utf-8")
    home = tmp_path / "home"
    assert run("--home", home, "rebuild", file.parent).returncode == 0
    edits = (
        ("author: ", "author: 记者甲"),
        ("date: ", "date: 1998年11月5日"),
        ("    5  text", "    5  heading"),
    )
    done = run("correct", file, environment=editor(tmp_path, *edits))
    assert (done.returncode, "甲.txt.juanzong.toml" in done.stderr) == (0, True), done.stderr
    assert sidecar.read_text("utf-8") == (
        '# by the editor\nsource = "县报" # of 1998\nauthor = "记者甲"\ndate = "1998年11月5日"\n\n'
        '[lines]\n5 = "heading"\n\n[text]\n5 = "门牌背后的事，说来话长。"\n'
    )
    assert file.read_text("utf-8") == TEXT
    assert run("--home", home, "update").returncode == 0
    (hit,) = json.loads(run("--home", home, "search", "老所长", "--json").stdout)["hits"]
    assert (hit["section"], hit["author"]) == (["门牌背后的事，说来话长。"], "记者甲")
    assert (hit["document"]["date"], hit["document"]["date_written"]) == ("1998-11-05", "1998年11月5日")
    again = run("correct", file, environment=editor(tmp_path, ("    5  heading", "    5  auto")))
    assert (again.returncode, "[lines]" in sidecar.read_text("utf-8")) == (0, False)


def test_nothing_is_written_where_nothing_was_changed(run: Run, file: Path, tmp_path: Path) -> None:
    done = run("correct", file, environment=editor(tmp_path))
    assert (done.returncode, done.stderr) == (0, "Nothing was changed.\n")
    assert [path.name for path in file.parent.iterdir()] == ["甲.txt"]


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (("    5  text", "    5  headnig"), "headnig is none of the kinds: title, "),
        (("date: ", "date: 某日"), "某日 is not a known date."),
        (("县城见闻\n\n", "县城新闻\n\n"), "a text is not changed here."),
        (("    3  text", "#   3  text"), "line 3 of the text is missing."),
        (("author: ", "autor: "), "is not understood: autor:"),
    ],
)
def test_a_bad_edit_is_said_and_offered_again(
    run: Run, file: Path, tmp_path: Path, edit: tuple[str, str], said: str
) -> None:
    if edit[0].startswith("县城"):
        edit = ("县城见闻\n    3", "县城新闻\n    3")
    done = run("correct", file, environment=editor(tmp_path, edit, edit[::-1], times=2))
    assert said in done.stderr
    offered = (tmp_path / "seen").read_text("utf-8")
    assert (said in offered.splitlines()[0], edit[1] in offered) == (True, True)
    assert not file.with_name("甲.txt.juanzong.toml").exists()


def test_lines_are_joined_and_moved(run: Run, file: Path, tmp_path: Path) -> None:
    line = "    6  text      老所长说门牌是大家一起挂上去的，挂好以后站了很久。\n"
    done = run(
        "correct", file, environment=editor(tmp_path, (line, ""), ("    3  text", line + "    3  text"))
    )
    assert done.returncode == 0, done.stderr
    assert "[order]\n6 = 3\n" in file.with_name("甲.txt.juanzong.toml").read_text("utf-8")
    done = run("correct", file, environment=editor(tmp_path, ("    5  text", "    5+ text")))
    assert "[joins]\n5 = true\n" in file.with_name("甲.txt.juanzong.toml").read_text("utf-8")
    seen = run("inspect", file).stdout
    assert "joined=given-correction" in seen


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("文章.csv", "标题,正文\n早市,街上的早市开了。\n晚市,晚市也开了。\n"),
        ("书信.jsonl", '{"id": "信", "text": "见字如面。"}\n'),
        ("合集.zip", ""),
    ],
)
def test_a_file_of_many_texts_is_refused(
    run: Run, file: Path, tmp_path: Path, name: str, content: str
) -> None:
    """An author given to one row was silently that of every row."""
    many = file.with_name(name)
    if content:
        many.write_text(content, "utf-8")
    else:
        with ZipFile(many, "w") as archive:
            archive.write(file, "甲.txt")
    done = run("correct", many, environment=editor(tmp_path, ("author: ", "author: 编辑")))
    assert done.returncode != 0
    assert "holds texts in rows, records or members" in done.stderr
    assert not many.with_name(f"{name}.juanzong.toml").exists()


def test_no_file_is_written_but_the_sidecar_and_no_link_is_followed(
    run: Run, file: Path, tmp_path: Path
) -> None:
    """A draft had a fixed name, ``.NAME.tmp``: a link of this name led the writing into what it led to."""
    stranger = tmp_path / "letter.txt"
    stranger.write_text("mine", "utf-8")
    sidecar = file.with_name("甲.txt.juanzong.toml")
    file.with_name(f".{sidecar.name}.tmp").symlink_to(stranger)
    sidecar.write_bytes("# by the editor\r\nsource = '县报'\r\n".encode())
    sidecar.chmod(0o640)
    done = run("correct", file, environment=editor(tmp_path, ("author: ", "author: 记者甲")))
    assert done.returncode == 0, done.stderr
    assert stranger.read_text("utf-8") == "mine"
    assert file.with_name(f".{sidecar.name}.tmp").is_symlink()
    assert sidecar.read_bytes().startswith("# by the editor\r\nsource = '县报'\r\n".encode())
    assert stat.S_IMODE(sidecar.stat().st_mode) == 0o640

    sidecar.unlink()
    sidecar.symlink_to(stranger)
    refused = run("correct", file, environment=editor(tmp_path, ("author: ", "author: 记者甲")))
    assert (refused.returncode, "it is a link" in refused.stderr) == (3, True), refused.stderr
    assert (sidecar.is_symlink(), stranger.read_text("utf-8")) == (True, "mine")

    linked = file.with_name("乙.txt")
    linked.symlink_to(stranger)
    refused = run("correct", linked, environment=editor(tmp_path, ("author: ", "author: 记者甲")))
    assert (refused.returncode, "is not a file" in refused.stderr) == (3, True), refused.stderr
    assert sorted(path.name for path in tmp_path.iterdir() if "juanzong" in path.name) == []


def test_the_sidecar_of_a_text_with_the_longest_name_is_written(run: Run, file: Path, tmp_path: Path) -> None:
    long = file.with_name("长" * 79 + ".txt")  # 241 bytes, 255 with the ending of sidecars
    file.rename(long)
    done = run("correct", long, environment=editor(tmp_path, ("author: ", "author: 记者甲")))
    assert done.returncode == 0, done.stderr
    assert "记者甲" in long.with_name(f"{long.name}.juanzong.toml").read_text("utf-8")
