"""juanzong serve, mcp: the archive in a browser, and as tools of an assistant."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from archive.errors import said
from archive.own_process import python_command
from cli.language import _
from cli.options import address_option, home_of
from cli.output import say
from index.errors import LibraryMissingError


@click.command()
@click.option("--host", default="127.0.0.1", help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, help="0: any free port.")
@click.option(
    "--url-prefix",
    metavar="/PATH",
    default="",
    show_default=False,
    help="Path under which a proxy shows the archive.",
)
@click.option(
    "--allow-host",
    "allow_hosts",
    multiple=True,
    metavar="NAME",
    help="A name under which a proxy shows the archive; repeatable.",
)
@click.option(
    "--cors", multiple=True, metavar="ORIGIN", help="A site whose pages may read the API; repeatable."
)
@click.option(
    "--allow-frame",
    "allow_frames",
    multiple=True,
    metavar="ORIGIN",
    help="A site that may show these pages in a frame; repeatable.",
)
@click.option("--no-originals", is_flag=True, help="Do not offer the files of the texts for download.")
@click.option("--edit", is_flag=True, help="Let texts be corrected in the browser, on this machine alone.")
@click.option("--watch", "watching", is_flag=True, help="Keep the archive in step with its folder too.")
@click.option("--metrics", is_flag=True, help="Tell of the server at /metrics, for Prometheus.")
@click.option("--processes", type=click.IntRange(1, 64), help="Worker processes. Default: one a core.")
@click.pass_context
def serve(ctx: click.Context, /, no_originals: bool, watching: bool, **given: Any) -> None:
    """Serve the search page, the reading pages and the JSON API.

    A new generation is taken up without a restart. Stop with Ctrl-C.
    """
    from web.serve import serve as run

    def ready(url: str) -> None:
        say(_("Serving {} on {}  (stop with Ctrl-C)").format(home, url))

    home = home_of(ctx)
    with watched(home) if watching else nullcontext():
        run(home, originals=not no_originals, ready=ready, **given)


@contextmanager
def watched(home: Path) -> Iterator[None]:
    """Run ``juanzong watch`` beside; it ends with this process, however that ends."""
    command = python_command(
        "from cli.main import main; main()", "--home", str(home), "watch", "--with-starter"
    )
    # Ctrl-C is for this process; the watcher is told by the end of its input.
    watcher = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)
    assert watcher.stdin is not None
    try:
        yield
    finally:
        watcher.stdin.close()
        try:
            watcher.wait(2)
        except subprocess.TimeoutExpired:
            watcher.kill()  # in the middle of an update: what was served stays
            watcher.wait()


@click.command()
@address_option
@click.pass_context
def mcp(ctx: click.Context, address: str) -> None:
    """Offer the archive to an assistant. Its tools search, read, cite and verify a quotation.

    It answers by the Model Context Protocol (MCP) on standard input and output, until its input ends, and
    changes nothing.
    """
    if find_spec("mcp") is None:
        raise LibraryMissingError(
            said("The library {} is not installed.", "mcp"), hint='Run: pip install "juanzong[mcp]"'
        )
    from importlib.metadata import version

    from index.reloading import LiveArchive
    from web.mcp_tools import mcp_server

    archive = LiveArchive(home_of(ctx), connections=2)
    archive.get()  # what is wrong with it is said now
    mcp_server(archive.get, address.rstrip("/"), version("juanzong")).run()
