"""The engine on tantivy: the conformance suite, and what is its own."""

from __future__ import annotations

import builtins
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from conformance import Conformance
from texts import record, records

from index.engines.base import FacetCounts
from index.engines.tantivy import TantivyEngine
from index.engines.tantivy.library import library
from index.errors import EngineError, EngineMissingError
from index.query.condition import (
    EVERYTHING,
    Column,
    RankTerm,
    TokenPhrase,
)

ROOT = Path(__file__).resolve().parents[2]
MEMORY = 64 << 20


class TestTantivy(Conformance):
    name = "tantivy"


def built(folder: Path, texts: list[str]) -> Path:
    writer = TantivyEngine().create(folder, memory=MEMORY, processes=2)
    writer.add(records(texts))
    writer.commit()
    return folder


def test_without_the_library_the_error_names_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *arguments: object, **named: object) -> object:
        if name == "tantivy":
            raise ImportError("no such wheel")
        return real(name, *arguments, **named)  # type: ignore[arg-type]

    library.cache_clear()
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(EngineMissingError, match=r"pip install tantivy.*--engine whoosh"):
        library()
    monkeypatch.undo()
    library.cache_clear()


def test_a_finished_index_holds_only_the_files_of_its_segments(tmp_path: Path) -> None:
    """Lock files, and files of segments that a merge replaced, would be copied with every generation."""
    folder = built(tmp_path / "index", ["天下大势"] * 100)
    for round_ in range(12):
        writer = TantivyEngine().update(folder, memory=MEMORY, processes=1)
        writer.add(records(["分久必合"] * 10, document=10 + round_))
        writer.commit()
    segments = {
        part["segment_id"].replace("-", "")
        for part in json.loads((folder / "meta.json").read_text())["segments"]
    }
    others = {file.name for file in folder.iterdir() if file.name.split(".")[0] not in segments}
    assert others == {"meta.json", ".managed.json"}
    assert TantivyEngine().open(folder).size() == 220


def test_equal_scores_stay_in_archive_order_over_segments_and_pages(tmp_path: Path) -> None:
    """tantivy orders ties by segment, which depends on which thread indexed what."""
    folder = built(tmp_path / "index", ["天下大势"] * 30)
    for document in (7, 5, 6):
        writer = TantivyEngine().update(folder, memory=MEMORY, processes=1)
        writer.add(records(["天下大势"] * 30, document=document))
        writer.commit()
    snapshot = TantivyEngine().open(folder)
    found = TokenPhrase("grams", ("天下",))
    rank = [RankTerm("grams", "大势", 1.0)]
    pages = [snapshot.search(found, rank, offset=at, limit=7) for at in range(0, 120, 7)]
    assert [hit.key for page in pages for hit in page] == snapshot.keys(EVERYTHING)


@pytest.mark.skipif(
    not hasattr(os, "getuid") or os.getuid() != 0, reason="only root can become somebody else"
)
def test_an_index_of_somebody_else_in_a_read_only_folder_is_opened(tmp_path: Path) -> None:
    folder = built(tmp_path / "index", ["天下大势"])
    for path in [folder, *folder.iterdir()]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    for path in [tmp_path, *tmp_path.parents]:
        if path.stat().st_uid == os.getuid() and path != Path("/"):
            path.chmod(path.stat().st_mode | 0o055)
    program = (
        "import os, sys, tempfile; from pathlib import Path; "
        "from index.engines.tantivy import TantivyEngine; TantivyEngine().version; "
        "os.setuid(65534); print(TantivyEngine().open(Path(sys.argv[1])).size())"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, str(folder)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (run.stdout.strip(), run.stderr) == ("1", "")


def test_a_damaged_index_is_a_named_error(tmp_path: Path) -> None:
    folder = built(tmp_path / "index", ["天下大势"])
    (folder / "meta.json").write_text("{")
    with pytest.raises(EngineError, match="opening the index"):
        TantivyEngine().open(folder)


@pytest.mark.parametrize("name", ["../precious", "{folder}/precious", "sub/../../precious"])
def test_an_index_that_names_files_outside_its_folder_is_not_updated(tmp_path: Path, name: str) -> None:
    """tantivy removes what its list of files names and no segment needs, wherever it is."""
    built(tmp_path / "index", ["派出所"])
    precious = tmp_path / "precious"
    precious.write_bytes(b"x")
    listed = json.loads((tmp_path / "index" / ".managed.json").read_text("utf-8"))
    listed.append(name.format(folder=tmp_path))
    (tmp_path / "index" / ".managed.json").write_text(json.dumps(listed), "utf-8")
    with pytest.raises(EngineError, match="outside its folder"):
        TantivyEngine().update(tmp_path / "index", memory=MEMORY, processes=1)
    assert precious.exists()


def test_more_documents_are_counted_than_tantivy_aggregates(tmp_path: Path) -> None:
    """It gives up at 65,000 values, and every answer says in how many documents its passages stand."""
    engine = TantivyEngine()
    writer = engine.create(tmp_path / "index", memory=MEMORY, processes=2)
    many = 66_000
    writer.add([record("天下", document=number) for number in range(1, many + 1)])
    writer.add([record("天下", document=many, position=1)])
    writer.commit()
    snapshot = engine.open(tmp_path / "index")
    for columns in (("document",), ("document", "kind")):
        found = snapshot.facets(EVERYTHING, columns, 2)
        assert tuple(found) == columns
        assert found["document"] == FacetCounts([(many, 2), (1, 1)], many, many + 1)
    assert found["kind"].records == many + 1
    documents: tuple[Column, ...] = ("document",)
    whole = snapshot.facets(EVERYTHING, documents, 2, whole=documents)["document"]
    assert (len(whole.top), whole.values, whole.records) == (many, many, many + 1)
    snapshot.close()
