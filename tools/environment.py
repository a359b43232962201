"""Make the virtual environment that `make serve` and `make test` run in. Standard library only.

    python3 tools/environment.py .venv serve     the program with its native parts
    python3 tools/environment.py .venv test      the same and what the tests need

Everything is installed from the pinned and hashed lists in ``requirements/``. When nothing changed since the
last time this returns at once. Where optional packages cannot be installed, the program is set up without and
that is said: it finds the same, more slowly, or names the files that it cannot read.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import venv
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
OLDEST, NEWEST = (3, 11), (3, 14)
STAMP = "juanzong-environment.json"
OPTIONAL = {
    "fast": "The native parts (tantivy, rjieba)",
    "formats": "The readers of other formats than text (lxml, pypdfium2 and others)",
}
"""The lists beside the base, and what is lost where one cannot be installed."""


def fail(message: str) -> NoReturn:
    """End with one line for the person at the terminal."""
    sys.exit(f"juanzong: {message}")


def fingerprint(purpose: str) -> dict[str, str]:
    """What the environment depends on: the lists, the project's metadata, the interpreter and this script."""
    digest = hashlib.sha256()
    files = [*sorted((ROOT / "requirements").glob("*.txt")), ROOT / "pyproject.toml", Path(__file__)]
    for file in files:
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return {"purpose": purpose, "python": sys.version, "root": str(ROOT), "files": digest.hexdigest()}


def made_for(folder: Path, wanted: dict[str, str]) -> str | None:
    """What an environment that is complete was made for, if all else about it is as it is wanted."""
    try:
        have = json.loads((folder / STAMP).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    same = all(have.get(key) == wanted[key] for key in ("python", "root", "files"))
    return have.get("purpose") if same else None


def interpreter(folder: Path) -> Path:
    """The environment's Python."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def empty(folder: Path) -> None:
    """Make the folder, or remove what an earlier run of this script put into it.

    The stamp marks the folder as this script's: it is written first, and nothing is removed without it.
    """
    stamp = folder / STAMP
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()) and not stamp.is_file():
        fail(
            f"{folder} holds files that this project did not put there. Nothing was changed. "
            "Name another folder for the environment: make serve VENV=.venv-juanzong"
        )
    stamp.write_text("{}", "utf-8")
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.name != STAMP:
            path.unlink()


def create(folder: Path) -> None:
    """Make an empty environment.

    Some systems ship Python without ensurepip (Debian's python3 without python3-venv): there it has no pip.
    """
    try:
        empty(folder)
        with suppress(subprocess.CalledProcessError, SystemExit):
            venv.create(folder, with_pip=True, symlinks=os.name != "nt")
            return
        empty(folder)
        venv.create(folder, with_pip=False, symlinks=os.name != "nt")
    except OSError as error:
        fail(f"could not make the environment {folder}: {error}. Is the folder writable?")


def pip_of(folder: Path) -> list[str]:
    """The pip command of an environment: its own, else the one that is installed here, from outside."""
    inside = [str(interpreter(folder)), "-m", "pip"]
    outside = [sys.executable, "-m", "pip", "--python", str(interpreter(folder))]
    for command in (inside, outside):
        if not subprocess.run([*command, "--version"], capture_output=True, check=False).returncode:
            return command
    fail(
        f"{sys.executable} has neither ensurepip nor a pip of version 22.3 or newer. "
        "Install one of them (Debian and Ubuntu: apt-get install python3-venv) and run the command again."
    )


def install(pip: list[str], *arguments: str) -> bool:
    """Run pip; True where it succeeded."""
    command = [*pip, "install", "--disable-pip-version-check", "--quiet", *arguments]
    return subprocess.run(command, cwd=ROOT, check=False).returncode == 0


def main() -> None:
    """Read the two arguments and make the environment."""
    folder, purpose = Path(sys.argv[1]), sys.argv[2]
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        fail(
            f"Python {sys.version_info[0]}.{sys.version_info[1]} found, 3.11 to 3.14 needed. "
            "Name another one: make serve PYTHON=python3.12"
        )
    wanted = fingerprint(purpose)
    have = made_for(folder, wanted)
    if have in (purpose, "test"):  # one that was made for the tests serves too
        return
    print(f"Setting up {folder} (once, about a minute) ...", flush=True)
    # To one that serves, perhaps at this moment, what the tests need is added; all else is made anew.
    if have is None:
        create(folder)
    pip = pip_of(folder)
    pinned = ("--require-hashes", "--no-build-isolation", "--use-pep517", "-r")
    if have is None and not install(pip, "--require-hashes", "-r", "requirements/build.txt"):
        fail("pip could not install the build tool (see above). Can this machine reach a package index?")
    stamp = dict(wanted)
    if not install(pip, *pinned, f"requirements/{'base' if purpose == 'serve' else purpose}.txt"):
        fail("pip could not install the pinned packages (see above).")
    if purpose == "serve":
        for parts, lost in OPTIONAL.items():
            if not install(pip, *pinned, f"requirements/{parts}.txt"):
                stamp["without"] = f"{stamp['without']}, {parts}" if "without" in stamp else parts
                print(f"{lost} could not be installed here; going on without.")
    if have is None and not install(pip, "--no-deps", "--no-build-isolation", "--editable", "."):
        fail("the project itself could not be installed (see above).")
    (folder / STAMP).write_text(json.dumps(stamp, indent=1), "utf-8")


if __name__ == "__main__":
    main()
