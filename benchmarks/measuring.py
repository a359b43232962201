"""What a program costs: seconds, seconds of all processors, memory of all its processes; and the machine."""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, TypeAlias

ROOT = Path(__file__).resolve().parent.parent
COMMAND = [sys.executable, "-m", "cli.main"]
Figures: TypeAlias = dict[str, Any]
"""What a part of a benchmark found, as JSON."""

LIBRARIES = ("whoosh3", "tantivy", "jieba", "rjieba", "numpy", "flask", "waitress")


def juanzong(home: Path, *arguments: str | Path) -> list[str]:
    """The command line of the project's own command."""
    return [*COMMAND, "--home", str(home), *map(str, arguments)]


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command cost.

    Attributes:
        seconds: from its start to its end.
        cpu: seconds of processors, of it and of all processes that it waited for.
        memory: bytes at the peak of all its processes together, pages that they share counted once (the sum
            of PSS, looked at up to ten times a second); 0 where the system does not say.
        output: what it printed.
    """

    seconds: float
    cpu: float
    memory: int
    output: str


def cost(command: Sequence[str | Path], *, watch_memory: bool = True) -> Cost:
    """Run a command to its end; raises ``RuntimeError`` where it fails (status 4 is a build with notes)."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as said:
        began = time.perf_counter()
        process = subprocess.Popen(list(map(str, command)), stdout=output, stderr=said)
        peak = [0]
        ended = threading.Event()
        watcher = threading.Thread(target=_watch, args=(process.pid, peak, ended))
        if watch_memory:
            watcher.start()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        ended.set()
        if watch_memory:
            watcher.join()
        output.seek(0)
        printed = output.read().decode("utf-8", "replace")
        said.seek(0)
        errors = said.read().decode("utf-8", "replace")
    if process.returncode not in (0, 4):
        raise RuntimeError(f"{command} ended with {process.returncode}: {errors[-2000:]}")
    return Cost(seconds, usage.ru_utime + usage.ru_stime, peak[0], printed)


def _watch(pid: int, peak: list[int], ended: threading.Event) -> None:
    """Look at the memory, for at most a hundredth of the time.

    The system goes through all pages of a process for it: 10 ms for a gigabyte, which ten times a second were
    5 % of a build that keeps two cores busy, and nothing of a peer's that keeps one.
    """
    pause = 0.1
    while not ended.wait(pause):
        began = time.thread_time()
        peak[0] = max(peak[0], sum(map(proportional, tree(pid))))
        pause = max(0.1, 100 * (time.thread_time() - began))


def tree(pid: int) -> list[int]:
    """A process and all below it."""
    found = [pid]
    for parent in found:
        for task in Path(f"/proc/{parent}/task").glob("*/children"):
            try:
                found += map(int, task.read_text().split())
            except OSError:
                continue  # the thread has ended
    return found


def proportional(pid: int) -> int:
    """A process's proportional set size in bytes."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().split("\n")
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


def timed(calls: Iterable[Callable[[], Any]]) -> dict[str, float]:
    """Percentiles of the milliseconds of each call, and of those in which a processor worked for it."""
    times, processors = [], []
    for call in calls:
        began, cpu = time.perf_counter(), time.process_time()
        call()
        processors.append((time.process_time() - cpu) * 1000)
        times.append((time.perf_counter() - began) * 1000)
    worked = percentiles(processors)
    return {**percentiles(times), "cpu_p50_ms": worked["p50_ms"], "cpu_p95_ms": worked["p95_ms"]}


def percentiles(times: Sequence[float]) -> dict[str, float]:
    """Median, 95th percentile and the best."""
    ordered = sorted(times)
    return {
        "p50_ms": round(statistics.median(ordered), 3),
        "p95_ms": round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))], 3),
        "best_ms": round(ordered[0], 3),
        "n": len(ordered),
    }


def size_of(folder: Path) -> int:
    """Bytes of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def load() -> float:
    """How many processes wanted a processor in the last minute; more than there are: others were busy too."""
    return round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else 0.0


def machine() -> dict[str, Any]:
    """Where and with what this was measured."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    versions = {}
    for name in LIBRARIES:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            versions[name] = "not installed"
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": cores,
        "python": sys.version.split()[0],
        "versions": versions,
    }


def save(name: str, report: Figures) -> Path:
    """Keep what was measured today under ``benchmarks/results``, with the machine."""
    day = datetime.now(UTC).date().isoformat()
    path = ROOT / "benchmarks" / "results" / f"{name}-{day}.json"
    report = {"date": day, **machine(), **report}
    path.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text().split("\n"):
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor()
