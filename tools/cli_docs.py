"""Write docs/cli.md from the help of the command: python tools/cli_docs.py > docs/cli.md"""

from __future__ import annotations

import click

from cli.group import COMMANDS, juanzong

HEAD = """# The `juanzong` command

Made from the command's own help by `tools/cli_docs.py`; a test compares the two.
"""


def help_of(command: click.Command, path: list[str]) -> str:
    """The help text of a command as the terminal prints it at 100 columns."""
    parent = click.Context(juanzong, info_name="juanzong", **juanzong.context_settings)
    context = parent if len(path) == 1 else click.Context(command, info_name=path[-1], parent=parent)
    context.terminal_width = 100
    context.max_content_width = 100
    return command.get_help(context)


def document() -> str:
    """The whole page."""
    parts = [HEAD, f"```\n{help_of(juanzong, ['juanzong'])}\n```\n"]
    for name in COMMANDS:
        command = juanzong.get_command(click.Context(juanzong), name)
        assert command is not None
        parts.append(f"## juanzong {name}\n\n```\n{help_of(command, ['juanzong', name])}\n```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    print(document(), end="")
