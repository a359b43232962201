"""Where things are, and the type of the command's fixture."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

ROOT = Path(__file__).resolve().parents[2]
SEED = ROOT / "source_texts" / "000_ea956ef4aa722372.txt"

Run: TypeAlias = Callable[..., "subprocess.CompletedProcess[str]"]
