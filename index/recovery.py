"""Which generation is served where the file ``current`` does not say so: the newest whole one."""

from __future__ import annotations

from pathlib import Path

from archive.errors import said
from index.errors import ArchiveBrokenError
from index.ownership import CURRENT, GENERATIONS, last_built, whole_generations


def recovered(home: Path, broken: ArchiveBrokenError | None) -> tuple[str | None, str]:
    """The name of the generation, and what is to be said of it; None before the first build.

    Args:
        broken: what is wrong with the file, where there is one.

    Raises:
        ArchiveBrokenError: no generation is whole.
    """
    path, generations = home / CURRENT, home / GENERATIONS
    whole = whole_generations(generations)
    if whole:
        state = said("is damaged") if broken else said("is missing")
        which = said("the only whole generation there")
        if whole[1:]:
            by = "settings.json" if whole[-1] == last_built(home) else said("their names")
            which = said("the newest of {} whole generations there by {}", len(whole), by)
        return whole[-1], said("{} {}: {}, {}, was taken.", path, state, whole[-1], which)
    if broken is None and any(generations.glob("*/manifest.json")):
        broken = ArchiveBrokenError(
            said("{} is missing, and no generation in {} is whole.", path, generations)
        )
    if broken:
        raise broken
    return None, ""
