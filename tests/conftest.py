"""What all tests share: the rule that CI skips nothing, and where the judged collections are."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import opensearch_nodes
import pytest

ROOT = Path(__file__).resolve().parent.parent
SEED = ROOT / "source_texts" / "000_ea956ef4aa722372.txt"

for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):  # else what is said is in that of the developer
    os.environ.pop(name, None)
os.environ["LC_ALL"] = "C.UTF-8"
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as a shell starts what goes on in the background
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests marked ``data`` need JUANZONG_DATA: skipped by name without it, absent from a CI without it.

    Tests marked ``long`` run only where JUANZONG_LONG is set: before a release, not at each change.
    Where several processes run them, a file of tests stays together, and so does what needs the one cluster.
    """
    for item in items:
        fixtures: list[str] = getattr(item, "fixturenames", [])
        # Those of one engine of several ask for the cluster when they run; "snapshots" are of all engines.
        of_cluster = {"cluster", "snapshots"} & set(fixtures) or "opensearch" in item.name
        group = "cluster" if of_cluster else item.path.relative_to(ROOT).as_posix()
        item.add_marker(pytest.mark.xdist_group(group))
    if not os.environ.get("JUANZONG_LONG"):
        config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker("long")])
        items[:] = [item for item in items if not item.get_closest_marker("long")]
    if os.environ.get("JUANZONG_DATA"):
        return
    needing = [item for item in items if item.get_closest_marker("data")]
    if os.environ.get("CI"):
        config.hook.pytest_deselected(items=needing)
        items[:] = [item for item in items if item not in needing]
        return
    for item in needing:
        item.add_marker(
            pytest.mark.skip(reason="JUANZONG_DATA does not name the folder of judged collections")
        )


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """A skipped test in CI is a failure: .ci/run installs what the tests need."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    if reporter and os.environ.get("CI") and skipped and exitstatus == 0:
        reporter.write_line(f"{len(skipped)} skipped in CI, where nothing may be skipped", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def seed_text() -> str:
    """The newspaper feature that the archive starts from, decoded."""
    return SEED.read_bytes().decode("utf-8")


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """The folder of judged collections; tests that use it are marked ``data``."""
    return Path(os.environ["JUANZONG_DATA"])


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[opensearch_nodes.Nodes]:
    """Three OpenSearch nodes, started once for all tests that ask for them."""
    if not opensearch_nodes.prepared():
        pytest.skip(opensearch_nodes.LACKING)
    with opensearch_nodes.running(tmp_path_factory.mktemp("cluster")) as nodes:
        yield nodes
