"""The subcommands of `juanzong` and its options, read by click.

Subcommands are imported when they are called, so that a search does not wait for what serving needs.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterable
from importlib import import_module
from inspect import cleandoc

import click

from archive.errors import JuanzongError
from archive.messages import LANGUAGES, language_of
from cli.language import _, language, line_ends, speak
from cli.options import FolderPath
from cli.output import MISUSE, READER_LEFT, STOPPED, as_told

COMMANDS = {
    "rebuild": "cli.commands.build:rebuild",
    "update": "cli.commands.build:update",
    "watch": "cli.commands.watch:watch",
    "search": "cli.commands.search:search",
    "kwic": "cli.commands.kwic:kwic",
    "distribution": "cli.commands.distribution:distribution",
    "export": "cli.commands.export:export",
    "collocates": "cli.commands.association:collocates",
    "keyness": "cli.commands.association:keyness",
    "card": "cli.commands.card:card",
    "rerun": "cli.commands.card:rerun",
    "compare": "cli.commands.compare:compare",
    "list": "cli.commands.list:list_",
    "suggest": "cli.commands.search:suggest",
    "show": "cli.commands.show:show",
    "cite": "cli.commands.show:cite",
    "explain": "cli.commands.show:explain",
    "inspect": "cli.commands.inspect:inspect",
    "correct": "cli.commands.correct:correct",
    "copy": "cli.commands.check:copy",
    "serve": "cli.commands.serve:serve",
    "mcp": "cli.commands.serve:mcp",
    "check": "cli.commands.check:check",
    "stats": "cli.commands.check:stats",
}


class Formatter(click.HelpFormatter):
    """Click's formatter, which breaks lines at blanks only; it looks up the texts too."""

    def write_text(self, text: str) -> None:
        """The help of a command."""
        super().write_text(_in_lines(_(text), self.width - self.current_indent))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Options and their help; behind it click's ``[default: …]``, which it looked up itself."""
        rows = list(rows)
        first = min(max(len(row[0]) for row in rows), col_max) + col_spacing
        shown = []
        for name, text in rows:
            said, gap, more = text.partition("  [")
            shown.append((name, _in_lines(_(said) + gap + more, self.width - first - self.current_indent)))
        super().write_dl(shown, col_max, col_spacing)


def _in_lines(text: str, width: int) -> str:
    """Chinese paragraphs in lines of that width; click leaves those alone that are marked with U+0008."""
    if language() == "en":
        return text
    from rich.cells import cell_len

    paragraphs = []
    for paragraph in text.split("\n\n"):
        if not paragraph.startswith("\b"):
            ends = line_ends(paragraph, width, cell_len)
            lines = (paragraph[a:b].strip() for a, b in zip([0, *ends], [*ends, None], strict=True))
            paragraph = "\b\n" + "\n".join(lines)
        paragraphs.append(paragraph)
    return "\n\n".join(paragraphs)


click.Context.formatter_class = Formatter


class LazyGroup(click.Group):
    """A group whose subcommands are imported when they are needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Their names in the order in which a newcomer needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The subcommand of that name, or None."""
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        command = getattr(import_module(module), name)
        assert isinstance(command, click.Command)
        if not any(option.name == "home" for option in command.params):
            command.params += (
                click.Option(
                    ["--home"],
                    type=FolderPath(readable=False),
                    expose_value=False,
                    hidden=True,
                    callback=_take_home,
                ),
                click.Option(["--url"], expose_value=False, hidden=True, callback=_take_address),
                click.Option(["--lang"], expose_value=False, hidden=True, is_eager=True, callback=_speak),
            )
        written = cleandoc(command.help or "")
        said = _(written)
        if said != written:
            command.short_help = said.splitlines()[0]
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run the subcommand; the commands that an error advises are about the same data directory."""
        try:
            return super().invoke(ctx)
        except JuanzongError as error:
            as_told(error, ctx.obj)
            raise
        except BrokenPipeError:
            return READER_LEFT  # click would end with 1: nothing found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The subcommand that the arguments begin with. Raises click.UsageError with the nearest name."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from difflib import get_close_matches  # 30 ms that only a slip of the finger costs

            near = get_close_matches(args[0], COMMANDS, n=1)
            hint = _(" Did you mean {!r}?").format(near[0]) if near else ""
            ctx.fail(_("No such command {!r}.").format(args[0]) + hint)
        return super().resolve_command(ctx, args)


def _speak(ctx: click.Context, option: click.Parameter, language: str | None) -> None:
    """``--lang``, before the command or behind it."""
    if language is not None:
        known = language_of(language)
        if known is None:
            raise click.BadParameter(
                _("{!r} is not one of {}.").format(language, ", ".join(LANGUAGES)), ctx, option
            )
        speak(known)


def _take_home(ctx: click.Context, option: click.Parameter, home: str | None) -> None:  # noqa: ARG001
    """``--home`` behind the subcommand, where many type it, is as good as before it."""
    if home is not None:
        ctx.find_root().obj = home


def _take_address(ctx: click.Context, option: click.Parameter, url: str | None) -> None:  # noqa: ARG001
    """``--url``, which all processes of this call have to know."""
    if url is not None:
        os.environ["JUANZONG_URL"] = url


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100, "show_default": True},
)
@click.option(
    "--home",
    type=FolderPath(readable=False),
    metavar="DIR",
    help="The data directory. Default: $JUANZONG_HOME, else ./var if an archive, else a folder of yours.",
)
@click.option(
    "--url",
    metavar="ADDRESS",
    expose_value=False,
    callback=_take_address,
    help="An archive in an OpenSearch cluster: https://node1:9200/newspapers. Default: $JUANZONG_URL.",
)
@click.option(
    "--lang",
    metavar="|".join(LANGUAGES),
    is_eager=True,
    expose_value=False,
    callback=_speak,
    help="The language of the terminal. Default: that of the locale.",
)
@click.version_option(package_name="juanzong", prog_name="juanzong")
@click.pass_context
def juanzong(ctx: click.Context, home: str | None) -> None:
    """Juanzong (卷宗): a searchable full-text archive for Chinese texts.

    Build an archive from a folder of texts, then search it:

    \b
        juanzong rebuild FOLDER
        juanzong search 派出所
        juanzong serve

    Exit status: 0 found or done, 1 nothing found, 2 misuse, 3 archive, folder or file missing or broken,
    4 built, but something was left out (update: something new).
    """
    ctx.obj = home
    if ctx.invoked_subcommand != "search":  # which ends before garbage comes to anything: see cli.main
        gc.enable()


def run() -> object:
    """Run the command that was typed; what it returns, or the exit status of what click has to say."""
    try:
        return juanzong.main(standalone_mode=False, prog_name="juanzong")
    except click.exceptions.Abort:
        return STOPPED
    except SystemExit:
        return READER_LEFT  # of the help: click would end with 1, nothing found
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
    except click.ClickException as error:
        error.show()
    return MISUSE
