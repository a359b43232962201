"""Write docs/using/cli.md and docs/zh/cli.md from the help of the command: python tools/cli_docs.py"""

from __future__ import annotations

from pathlib import Path

import click

from archive.messages import Language
from cli.group import COMMANDS, juanzong
from cli.language import speak

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGES: dict[Language, Path] = {"en": DOCS / "using" / "cli.md", "zh": DOCS / "zh" / "cli.md"}
HEADS: dict[Language, str] = {
    "en": """# The `juanzong` command

Made from the command's own help by `tools/cli_docs.py`; a test compares the two.
""",
    "zh": """# `juanzong` 命令

由 `tools/cli_docs.py` 根据命令自带的说明生成，有测试核对。
""",
}


def help_of(command: click.Command, path: list[str]) -> str:
    """The help text of a command as the terminal prints it at 100 columns."""
    parent = click.Context(juanzong, info_name="juanzong", **juanzong.context_settings)
    context = parent if len(path) == 1 else click.Context(command, info_name=path[-1], parent=parent)
    context.terminal_width = 100
    context.max_content_width = 100
    return command.get_help(context)


def document(language: Language) -> str:
    """The whole page in a language."""
    speak(language)
    parts = [HEADS[language], f"```\n{help_of(juanzong, ['juanzong'])}\n```\n"]
    for name in COMMANDS:
        command = juanzong.get_command(click.Context(juanzong), name)
        assert command is not None
        parts.append(f"## juanzong {name}\n\n```\n{help_of(command, ['juanzong', name])}\n```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    for language, page in PAGES.items():
        page.write_text(document(language), "utf-8")
