"""The texts of pages and messages, as ``messages.po`` has them."""

from __future__ import annotations

from archive.messages import Language
from tools.translations import all_of, known


def texts(language: Language, prefix: str = "") -> dict[str, str]:
    """Each key that begins so, without that, and its text; of those that differ by number the last."""
    keys = {all_of(message.id)[0] for message in known("en") if message.id}
    have = {all_of(message.id)[0]: all_of(message.string)[-1] for message in known(language) if message.id}
    return {key.removeprefix(prefix): have[key] for key in sorted(keys) if key.startswith(prefix)}


def reasons() -> set[str]:
    """The codes of what a build has to say."""
    return {code for code in texts("en", "reason.") if not code.endswith(".advice")}
