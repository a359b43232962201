"""juanzong watch: an archive that follows its folder."""

from __future__ import annotations

import os
import sys
import threading

import click

from archive.errors import JuanzongError
from cli.commands.build import finish, give_way
from cli.language import _
from cli.options import home_of
from cli.output import say, say_error


@click.command()
@click.option("--with-starter", is_flag=True, hidden=True, help="End with the process that started this one.")
@click.pass_context
def watch(ctx: click.Context, with_starter: bool) -> None:
    """Keep the archive in step with its folder. An update begins whenever something changes there.

    An update that fails is named, and tried again. Stop with Ctrl-C.
    """
    from index.update import updates

    give_way()
    home = home_of(ctx, building=True)
    stop = threading.Event()
    if with_starter:
        threading.Thread(target=_wait_for_end, args=(stop,), daemon=True).start()
    first = True
    for done in updates(home, stop):
        if isinstance(done, JuanzongError):
            say_error(done)
        elif first or done.mode != "unchanged":
            finish(done, done.new, home, as_json=False)
        if first:
            say(_("Watching the folder of {} (stop with Ctrl-C).").format(home))
        first = False


def _wait_for_end(stop: threading.Event) -> None:
    """Set ``stop`` when standard input ends: nobody writes to it, and its other end is the starter's."""
    while os.read(sys.stdin.fileno(), 1024):
        pass
    stop.set()
