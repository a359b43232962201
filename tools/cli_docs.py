"""Write docs/using/cli.md and docs/zh/cli.md from the help of the command: python tools/cli_docs.py

An option that several commands have in the same words is told once, above them.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from archive.messages import Language
from cli.group import COMMANDS, juanzong
from cli.language import _, speak

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGES: dict[Language, Path] = {"en": DOCS / "using" / "cli.md", "zh": DOCS / "zh" / "cli.md"}
HEAD: dict[Language, str] = {
    "en": "# The `juanzong` command\n\nMade from the command's own help (`juanzong COMMAND --help`).\n",
    "zh": "# `juanzong` 命令\n\n由命令自带的说明（`juanzong 命令 --help`）生成。\n",
}
SHARED: dict[Language, str] = {"en": "Options of several commands", "zh": "多个命令共有的选项"}
ALSO: dict[Language, str] = {"en": "As above", "zh": "同上"}

Option = tuple[str, str]
"""How an option is written, and what it does."""


def opened(name: str) -> click.Context:
    """A command as its help sees it, 100 columns wide."""
    parent = click.Context(juanzong, info_name="juanzong", **juanzong.context_settings)
    command = juanzong.get_command(parent, name)
    assert command is not None
    return click.Context(command, info_name=name, parent=parent, terminal_width=100, max_content_width=100)


def options(context: click.Context) -> list[Option]:
    """The options of a command, without --help and what its usage line names."""
    given = [one for one in context.command.params if isinstance(one, click.Option)]
    rows = []
    for written, told in filter(None, (one.get_help_record(context) for one in given)):
        what, gap, default = told.partition("  [")  # click looked up the default itself
        rows.append((" ".join(written.split()), " ".join((_(what) + gap + default).split())))
    return rows


def about(context: click.Context) -> str:
    """What a command does, in paragraphs; examples are blocks."""
    written = context.make_formatter()
    context.command.format_help_text(context, written)
    paragraphs = written.getvalue().strip("\n").split("\n\n")
    return "\n\n".join(
        f"```\n{_less(text, 6)}\n```" if text.startswith("      ") else _less(text, 2) for text in paragraphs
    )


def _less(text: str, indent: int) -> str:
    return "\n".join(line[indent:] for line in text.splitlines())


def _listed(rows: list[Option]) -> list[str]:
    return [f"- `{written}`{': ' if told else ''}{told}" for written, told in rows]


def document(language: Language) -> str:
    """The whole page in a language."""
    speak(language)
    context = click.Context(juanzong, info_name="juanzong", **juanzong.context_settings)
    context.terminal_width = context.max_content_width = 100
    parts = [HEAD[language], about(context), "", *_listed(options(context)), ""]
    commands = {name: opened(name) for name in COMMANDS}
    times = Counter(row for command in commands.values() for row in options(command))
    shared = [row for row, number in times.items() if number > 1]
    parts += [f"## {SHARED[language]}\n", *_listed(shared), ""]
    for name, command in commands.items():
        usage = " ".join(command.command.collect_usage_pieces(command))
        parts += [f"## juanzong {name}\n", f"`juanzong {name} {usage}`\n", about(command), ""]
        rows = options(command)
        parts += _listed([row for row in rows if row not in shared])
        if also := [row[0].partition(" ")[0] for row in rows if row in shared]:
            parts.append(f"- {ALSO[language]}: {' '.join(f'`{name}`' for name in also)}")
        parts.append("")
    return "\n".join(parts)


if __name__ == "__main__":
    for language, page in PAGES.items():
        page.write_text(document(language), "utf-8")
