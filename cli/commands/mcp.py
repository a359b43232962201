"""juanzong mcp: the archive as tools of an assistant, by the Model Context Protocol."""

from __future__ import annotations

from importlib.util import find_spec

import click

from archive.errors import said
from cli.options import address_option, home_of
from index.errors import LibraryMissingError


@click.command()
@address_option
@click.pass_context
def mcp(ctx: click.Context, address: str) -> None:
    """Offer the archive to an assistant: search, concordance, read, cite, verify a quotation.

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
