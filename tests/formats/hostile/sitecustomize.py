"""Gives a Python with this folder in PYTHONPATH a format of files that misbehave, soon abandoned."""

from __future__ import annotations

from pathlib import Path

import archive.readers
from archive import formats
from archive.readers import apart

archive.readers.__path__.append(str(Path(__file__).parent))
formats.add(formats.Format("misbehaving", (".bad",), "files that misbehave"))
apart.SECONDS = apart.PATIENCE = 2
