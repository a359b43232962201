"""Atomic replacement of a file among other people's."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A new file to write, which takes the place of ``path``, or of what it is a link to, once it is whole
    and on disk.

    It has a name that nothing else has until then, so that no other file is written over or removed. Raises
    ``OSError``, also where the file that is there may not be written.
    """
    path = Path(os.path.realpath(path))
    mode = None
    with suppress(FileNotFoundError), path.open("r+b") as there:
        mode = stat.S_IMODE(os.fstat(there.fileno()).st_mode)
    draft = path.with_name(f".{os.urandom(8).hex()}.tmp")  # short: a name has 255 bytes
    try:
        with draft.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            draft.chmod(mode)
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)  # closing it may have failed again
        raise
