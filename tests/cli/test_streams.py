"""The exit status is what the manual says, whatever happens to the streams; a terminal gets no control codes.

A build that had published its archive ended with 1, nothing found, because its last line could not be said.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from command_support import ROOT, Run

pty = pytest.importorskip("pty", reason="a terminal of our own: not on Windows")

ENDED_WELL, NOTHING, MISUSE, BROKEN, LEFT_OUT = range(5)
HOSTILE = "\x1b]0;名\x07甲\x9b31m乙\u202e丙\u2066丁"


def ended(home: Path, arguments: str, streams: str = "") -> int:
    """The exit status of the command under a shell that gives it these streams."""
    command = f'exec "{sys.executable}" -m cli.main --home "{home}" {arguments} {streams}'
    return subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=120,
        check=False,
    ).returncode


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "甲.txt").write_text("派出所所长。\n", "utf-8")
    return folder


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full: a device that is full, on Linux")
@pytest.mark.parametrize("streams", [">&-", "2>&-", "<&- >&- 2>&-", "2>/dev/full", ">/dev/full 2>/dev/full"])
def test_a_build_that_was_published_says_so_by_its_status(texts: Path, tmp_path: Path, streams: str) -> None:
    home = tmp_path / "home"
    assert ended(home, f'rebuild "{texts}"', streams) == ENDED_WELL
    assert ended(home, "search 派出所") == ENDED_WELL
    assert ended(home, "check") == ENDED_WELL
    (texts / "图.xyz").touch()
    assert ended(home, "update", streams) == LEFT_OUT


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full: a device that is full, on Linux")
def test_messages_that_cannot_be_said_do_not_change_the_status(home: Path, tmp_path: Path) -> None:
    for streams in ("2>&-", "2>/dev/full"):
        assert ended(home, "search 派出所", streams) == ENDED_WELL
        assert ended(home, "search 尉迟恭 --match exact", streams) == NOTHING
        assert ended(home, "export 派出所", streams) == ENDED_WELL
        assert ended(home, "serach 派出所", streams) == MISUSE
        assert ended(home, "serve --port 99999", streams) == MISUSE
        assert ended(home, "rebuild " + str(tmp_path / "none"), streams) == BROKEN
        assert ended(tmp_path / "none", "search 派出所", streams) == BROKEN


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full: a device that is full, on Linux")
@pytest.mark.parametrize("streams", [">&-", ">/dev/full", ">&- 2>&-"])
def test_an_answer_that_cannot_be_written_is_a_failure(home: Path, streams: str) -> None:
    commands = ("search 派出所", "search 派出所 --json", "export 派出所", "list", "list --csv", "stats",
                "update --json", "suggest 派", "--help", "search --help", "--version")  # fmt: skip
    assert {command: ended(home, command, streams) for command in commands} == dict.fromkeys(commands, BROKEN)


@pytest.mark.parametrize(
    "command",
    [
        *("search 派出所", "search 派出所 --counts", "inspect 长.txt", "list", "list --csv", "list --json"),
        *("export 派出所 --format csv", "export 派出所 --format ndjson", "--help"),
    ],
)
def test_a_reader_that_leaves_early_is_not_told_that_nothing_was_found(
    home: Path, tmp_path: Path, command: str
) -> None:
    """Click would end with 1. Shells call it 141."""
    (tmp_path / "长.txt").write_text("派出所\n\n" * 20_000, "utf-8")
    reader, writer = os.pipe()
    os.close(reader)
    ran = subprocess.run(
        [sys.executable, "-m", "cli.main", "--home", home, *command.split()],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=writer,
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    os.close(writer)
    assert (ran.returncode, ran.stderr) == (141, b"")


def test_too_little_memory_is_one_line_and_a_failure() -> None:
    """It was a traceback, and the exit status of nothing found."""
    code = "import cli.group, cli.main; cli.group.run = lambda: bytearray(10**18); cli.main.main()"
    command = [sys.executable, "-c", code]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (ran.returncode, ran.stdout) == (BROKEN, "")
    assert ran.stderr == "juanzong: there is not enough memory. Close other programs, then try again.\n"


def test_what_nobody_foresaw_is_one_line_and_a_failure() -> None:
    command = [
        sys.executable,
        "-c",
        "import cli.group, cli.main; cli.group.run = lambda: {}['甲']; cli.main.main()",
    ]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (ran.returncode, ran.stderr.count("\n")) == (BROKEN, 1)
    assert "KeyError('甲')" in ran.stderr


INTERRUPTED_WHILE_LOADED = """
import os, signal, sys
class Finder:
    def find_spec(name, path, target=None):
        if name == "archive.errors":
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Finder)
import cli.main
cli.main.main()
"""


def test_ctrl_c_while_it_starts_leaves_no_traceback() -> None:
    """Two of three Ctrl-C in the first third of a second did, on a busy machine."""
    command = [sys.executable, "-c", INTERRUPTED_WHILE_LOADED]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=60, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr) == (-signal.SIGINT, b"", b"")
    # As a shell starts what is to go on in the background.
    ran = subprocess.run(
        ["sh", "-c", "trap '' INT; exec \"$@\"", "sh", *command, "--version"],
        cwd=ROOT, capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert (ran.returncode, ran.stderr) == (0, b"")
    while_a_class_is_made = (
        "import cli.group, cli.main\n"
        "class Slow:\n"
        "    def __set_name__(self, owner, name): raise KeyboardInterrupt\n"
        "cli.group.run = lambda: type('Made', (), {'slow': Slow()})\n"
        "cli.main.main()"
    )
    command = [sys.executable, "-c", while_a_class_is_made]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=60, check=False)
    assert (ran.returncode, ran.stderr) == (130, b"\n")


def on_terminal(home: Path, *arguments: str) -> str:
    """What the command sends to a terminal."""
    master, slave = pty.openpty()
    environment = os.environ | {"TERM": "dumb", "NO_COLOR": "1", "PYTHONUTF8": "1"}
    with subprocess.Popen(
        [sys.executable, "-m", "cli.main", "--home", str(home), *arguments],
        cwd=ROOT, env=environment, stdin=slave, stdout=slave, stderr=slave,
    ) as running:  # fmt: skip
        os.close(slave)
        sent = b""
        try:
            while data := os.read(master, 65536):
                sent += data
        except OSError:
            pass  # Linux says EIO at the end
        running.wait(timeout=60)
    os.close(master)
    return sent.decode("utf-8")


@pytest.fixture(scope="module")
def hostile(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive in which all that a text may have steers a terminal."""
    folder = tmp_path_factory.mktemp("hostile")
    record = {"id": "名", "title": f"题{HOSTILE}", "author": f"人{HOSTILE}", "text": f"派出所{HOSTILE}所长"}
    (folder / "甲.jsonl").write_text(json.dumps(record), "utf-8")
    (folder / f"b{HOSTILE}.txt").write_text("终身学习", "utf-8")
    (folder / f"c{HOSTILE}.xyz").touch()
    home = tmp_path_factory.mktemp("hostile-home")
    run("--home", home, "rebuild", folder)
    return home


@pytest.mark.parametrize(
    "arguments",
    [
        ["search", "派出所"], ["search", "派出所", "--json"], ["search", "派出所", "--facets", "author"],
        ["export", "派出所"], ["export", "派出所", "--format", "ndjson"],
        ["list"], ["list", "--csv"], ["list", "--json"],
        ["stats", "--report"], ["stats", "--report", "--json"],
        ["show", "名"], ["show", "名", "--json"], ["rebuild"], ["rebuild", "--json"], ["update"], ["check"],
    ],
)  # fmt: skip
def test_a_terminal_is_sent_nothing_that_steers_it(hostile: Path, arguments: list[str]) -> None:
    sent = on_terminal(hostile, *arguments)
    assert sent.strip()
    for code in ("\x1b]", "\x07", "\x9b", "\u202e", "\u2066", "\ufeff"):
        assert code not in sent, repr(sent)


def test_json_for_a_terminal_is_still_json_and_says_the_same(run: Run, hostile: Path) -> None:
    shown = on_terminal(hostile, "export", "派出所", "--format", "ndjson").splitlines()[0]
    piped = run("--home", hostile, "export", "派出所", "--format", "ndjson").stdout
    assert json.loads(shown) == json.loads(piped)
    assert "\u202e" in piped


def test_files_get_an_export_byte_for_byte(run: Run, hostile: Path) -> None:
    assert f"{HOSTILE}"[-4:] in run("--home", hostile, "export", "派出所").stdout
    assert run("--home", hostile, "export", "派出所").stdout.startswith("\ufeff")
