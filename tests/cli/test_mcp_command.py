"""juanzong mcp, asked by the client of the protocol's own library."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from anyio.from_thread import start_blocking_portal
from command_support import ROOT, Run
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp_types import CallToolResult, TextContent

from index.build import rebuild

ADDRESS = "https://archive.example/juanzong"
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
TOOLS = ["search", "concordance", "read", "cite", "verify_quotation"]


def arguments(home: Path) -> list[str]:
    return ["-m", "cli.main", "--home", str(home), "mcp", "--address", ADDRESS]


Talk: TypeAlias = Callable[[Path, Callable[[ClientSession], Awaitable[None]]], None]
"""Asks the server of an archive."""


@asynccontextmanager
async def session(home: Path) -> AsyncIterator[ClientSession]:
    """A client of a server of its own process."""
    started = StdioServerParameters(command=sys.executable, args=arguments(home), env=ENVIRONMENT)
    async with stdio_client(started) as streams, ClientSession(*streams) as client:
        await client.initialize()
        yield client


@pytest.fixture(scope="module")
def talk() -> Iterator[Talk]:
    """One server for each archive: starting one takes longer than all that is asked of it."""
    with start_blocking_portal() as portal, ExitStack() as opened:
        clients: dict[Path, ClientSession] = {}

        def asked(home: Path, ask: Callable[[ClientSession], Awaitable[None]]) -> None:
            if home not in clients:
                clients[home] = opened.enter_context(portal.wrap_async_context_manager(session(home)))
            portal.call(ask, clients[home])

        yield asked


async def call(client: ClientSession, tool: str, **given: Any) -> dict[str, Any]:
    """What a tool answers."""
    result = await client.call_tool(tool, given)
    assert isinstance(result, CallToolResult)
    assert not result.is_error, result.content
    assert isinstance(result.structured_content, dict)
    return result.structured_content


async def refusal(client: ClientSession, tool: str, **given: Any) -> str:
    """What a tool says that cannot answer."""
    result = await client.call_tool(tool, given)
    assert isinstance(result, CallToolResult)
    assert result.is_error
    assert isinstance(result.content[0], TextContent)
    return result.content[0].text


def files_of(home: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in home.rglob("*") if path.is_file()}


def test_every_tool_is_read_only_and_says_what_it_does(talk: Talk, home: Path) -> None:
    async def ask(client: ClientSession) -> None:
        tools = (await client.list_tools()).tools
        assert [tool.name for tool in tools] == TOOLS
        for tool in tools:
            assert tool.annotations is not None
            assert tool.annotations.read_only_hint
            assert tool.description
            assert "\n    " not in tool.description

    talk(home, ask)


def test_what_is_found_is_read_cited_and_verified_by_its_link(talk: Talk, home: Path, run: Run) -> None:
    async def ask(client: ClientSession) -> None:
        found = await call(client, "search", query="派出所", limit=2)
        searched = json.loads(run("--home", home, "search", "派出所", "--limit", "2", "--json").stdout)
        assert found["total"] == searched["total"]
        assert [hit["passage_id"] for hit in found["hits"]] == [h["passage_id"] for h in searched["hits"]]
        first = found["hits"][0]
        assert first["link"] == f"{ADDRESS}/p/{first['passage_id']}"
        assert "派出所" in first["text"]

        read = await call(client, "read", id=first["link"], before=0, characters=1)
        (passage,) = read["passages"]
        assert passage["passage_id"] == first["passage_id"]
        assert passage["text"] == searched["hits"][0]["text"]

        cited = await call(client, "cite", id=first["link"])
        assert cited["link"] == first["link"]
        printed = run("--home", home, "cite", first["passage_id"]).stdout
        assert cited["citations"]["gbt7714-2025"] == printed.strip()
        assert cited["citations"]["plain"].endswith(first["link"])
        assert len(cited["citations"]) == 6

        quoted = await call(client, "verify_quotation", text=passage["text"])
        assert quoted["verdict"] == "exact"
        assert first["link"] in [place["link"] for place in quoted["places"]]
        wrong = await call(client, "verify_quotation", text=passage["text"].replace("派出所", "派岀所", 1))
        assert wrong["verdict"] in ("near", "variant")
        (difference,) = wrong["places"][0]["differences"]
        assert (difference["quoted"], difference["archive"]) == ("岀", "出")

    before = files_of(home)
    talk(home, ask)
    assert files_of(home) == before


def test_a_concordance_is_that_of_the_terminal(talk: Talk, home: Path, run: Run) -> None:
    async def ask(client: ClientSession) -> None:
        lines = await call(client, "concordance", query="派出所", sort="right1", limit=5)
        asked = ("--home", home, "kwic", "派出所", "--limit", "5", "--json")
        printed = json.loads(run(*asked, "--sort", "right1", "--context", "20").stdout)
        assert [(line["left"], line["hit"], line["right"]) for line in lines["lines"]] == [
            (line["left"], line["hit"], line["right"]) for line in printed["lines"]
        ]
        assert lines["total"] == printed["total"]
        grouped = await call(client, "concordance", query="派出所", group="right1", limit=5)
        groups = json.loads(run(*asked, "--group", "right1").stdout)["groups"][:5]
        assert grouped["groups"] == [{"value": g["value"], "count": g["count"]} for g in groups]

    talk(home, ask)


def test_lines_are_counted_by_a_field_of_the_owners_own(talk: Talk, tmp_path: Path) -> None:
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "甲.txt").write_text("派出所的门牌换了新的。\n", "utf-8")
    (texts / "甲.txt.juanzong.toml").write_text('译者 = "译者甲"\n', "utf-8")
    (texts / "juanzong.toml").write_text('fields = ["译者"]\n', "utf-8")
    rebuild(tmp_path / "home", texts)

    async def ask(client: ClientSession) -> None:
        found = await call(client, "concordance", query="派出所", group="译者")
        assert found["groups"] == [{"value": "译者甲", "count": 1}]
        assert "译者" in await refusal(client, "concordance", query="派出所", group="colour")

    talk(tmp_path / "home", ask)


def test_a_document_is_read_to_its_end_by_next(talk: Talk, letters: Path, home: Path, run: Run) -> None:
    async def ask(client: ClientSession) -> None:
        (hit,) = (await call(client, "search", query="派出所", limit=1))["hits"]
        read = await call(client, "read", id=hit["document_id"], characters=300)
        assert read["contents"]
        passages = read["passages"]
        while "next" in read:
            read = await call(client, "read", id=read["next"], characters=300, before=0)
            passages += read["passages"]
        shown = json.loads(run("--home", home, "show", hit["document_id"], "--json").stdout)
        assert [p["passage_id"] for p in passages] == [
            p["id"] for s in shown["pieces"] for p in s["passages"]
        ]
        assert "".join(p["text"] for p in passages) == "".join(s["text"] for s in shown["pieces"])

    talk(home, ask)

    async def ask_for_letters(client: ClientSession) -> None:
        for link in (f"{ADDRESS}/documents/%E7%94%B2?q=1#top", f"{ADDRESS}/documents/?id=甲", "甲"):
            assert (await call(client, "read", id=link))["document"]["title"] == "第一封信"

    talk(letters, ask_for_letters)


def test_filters_narrow_what_is_found(talk: Talk, letters: Path) -> None:
    async def ask(client: ClientSession) -> None:
        assert (await call(client, "search", query="见字"))["total"] == 3
        for given in ({"authors": ["读者"]}, {"dates": ["1950.."]}, {"documents": ["=乙"]}):
            found = await call(client, "search", query="见字", **given)
            assert [hit["document_id"] for hit in found["hits"]] == ["=乙"] * 2
            assert (await call(client, "concordance", query="见字", group="form", **given))["total"] == 2
        for tool in ("search", "concordance"):
            problem = (await call(client, tool, query="见字 AND ("))["problems"][-1]
            assert (problem["start"], problem["end"]) == (7, 8)

    talk(letters, ask)


def test_hostile_arguments_are_refused_in_words_and_the_next_question_is_answered(
    talk: Talk, home: Path
) -> None:
    async def ask(client: ClientSession) -> None:
        assert "1,000" in await refusal(client, "search", query="所" * 1001)
        assert "1,000" in await refusal(client, "verify_quotation", text="所" * 1001)
        assert "no character" in await refusal(client, "verify_quotation", text=" 。\u200b")
        assert "date" in await refusal(client, "search", query="所", dates=["昨天"])
        assert "Extra inputs" in await refusal(client, "search", query="所", author="甲")
        for name, given in (
            ("search", {"query": "所", "limit": -1}),
            ("search", {"query": None}),
            ("search", {}),
            ("search", {"query": "所", "documents": ["x"] * 51}),
            ("search", {"query": "所", "match": "regex"}),
            ("concordance", {"query": "所", "sort": "right6"}),
            ("concordance", {"query": "所", "context": 10**30}),
            ("read", {"id": ["x"]}),
            ("nothing", {}),
        ):
            await refusal(client, name, **given)
        for lost in (
            "",
            "../../etc/passwd",
            "\0",
            "%s",
            "x" * 100_000,
            "https://",
            "http://[",
            f"{ADDRESS}/p/",
        ):
            assert "Error executing tool read: There is no" in await refusal(client, "read", id=lost)
            assert "There is no" in await refusal(client, "cite", id=lost)
        for odd in ("(" * 60, "\0", "\u202e所", "😀" * 900, "[甲|", "NEAR/5", "*", "<script>"):
            await client.call_tool("search", {"query": odd})
            await client.call_tool("concordance", {"query": odd, "group": "right1", "only": odd})
        assert (await call(client, "search", query="派出所"))["total"]

    talk(home, ask)


def test_nothing_but_the_protocol_is_on_standard_output(home: Path) -> None:
    first = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}
    asked = [
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": first},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        *(
            {
                "jsonrpc": "2.0",
                "id": number,
                "method": "tools/call",
                "params": {"name": name, "arguments": given},
            }
            for number, (name, given) in enumerate(
                [
                    ("search", {"query": "\ud800所"}),
                    ("verify_quotation", {"text": "派出所\udfff"}),
                    ("read", {"id": "\ud800"}),
                    ("search", {"query": "派出所"}),
                ],
                10,
            )
        ),
    ]
    lines = [json.dumps(each).encode() for each in asked]
    lines[2:2] = [
        b"not json",
        b"\xff\xfe\x00",
        b"[]",
        b"{}",
        b"[" * 10_000,
        b'{"jsonrpc": "2.0", "id": 2}',
        b"",
    ]
    with subprocess.Popen(
        [sys.executable, *arguments(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=ENVIRONMENT,
        cwd=ROOT,
    ) as server:
        assert server.stdin
        assert server.stdout
        assert server.stderr
        server.stdin.write(b"\n".join(lines) + b"\n")
        server.stdin.flush()
        answers: dict[int | None, Any] = {}
        while not {1, 13} <= set(answers):
            answer = json.loads(server.stdout.readline())
            assert answer["jsonrpc"] == "2.0"
            answers[answer.get("id")] = answer
        server.stdin.close()
        assert server.stdout.read() == b""
        assert b"Traceback" not in server.stderr.read()
    assert server.returncode == 0
    assert answers[13]["result"]["structuredContent"]["total"]


def test_a_new_generation_is_answered_from(talk: Talk, run: Run, tmp_path: Path) -> None:
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "甲.txt").write_text("甲文一篇。\n", "utf-8")
    home = tmp_path / "home"
    assert run("--home", home, "rebuild", texts).returncode == 0

    async def ask(client: ClientSession) -> None:
        assert (await call(client, "search", query="乙文"))["total"] == 0
        (texts / "乙.txt").write_text("乙文一篇。\n", "utf-8")
        assert run("--home", home, "update").returncode == 0
        assert (await call(client, "search", query="乙文"))["total"] == 1

    talk(home, ask)


def test_without_an_archive_it_ends_with_the_next_step(run: Run, tmp_path: Path) -> None:
    ended = run("--home", tmp_path / "none", "mcp")
    assert ended.returncode == 3
    assert "rebuild" in ended.stderr
    assert ended.stdout == ""


@pytest.mark.parametrize("language", ["en", "zh"])
def test_without_the_library_it_says_how_to_install_it(home: Path, language: str) -> None:
    hidden = "import sys; sys.modules['mcp'] = None; from cli.main import main; main()"
    ended = subprocess.run(
        [sys.executable, "-c", hidden, "--lang", language, "--home", str(home), "mcp"],
        capture_output=True,
        encoding="utf-8",
        env={**ENVIRONMENT, "PYTHONIOENCODING": "utf-8"},
        cwd=ROOT,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 2
    assert 'pip install "juanzong[mcp]"' in ended.stderr
    assert ended.stdout == ""
