"""The text store: what goes in comes out, read-only, from many threads, after the file was unlinked."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from archive.errors import StoreError
from archive.messages import note_in
from archive.model import Kind, Note, said
from archive.store import (
    DocumentFilter,
    NameKind,
    Statistics,
    StoredDocument,
    StoredSection,
    StoredSource,
    StoreWriter,
    TextStore,
    text_store,
)
from archive.store.schema import id_number, id_text, pack

DOCUMENTS = (7, 9)
TEXTS = ("卷宗", "㑹𨽻〇\U0002a6d6", "plain", "", "\ufffe\uffff\x00末", "\ud800孤")


def key(document: int, position: int) -> int:
    return document << 24 | position


def write(path: Path) -> Statistics:
    writer = StoreWriter(path)
    way = writer.way(("plain", None, None))
    joined = writer.way(("plain", "cut_by_page", None))
    total = sum(map(len, TEXTS))
    writer.add_documents(
        [
            StoredDocument(
                7,
                "报纸/1949/甲.txt",
                "报纸/1949/甲.txt",
                "标题",
                "编辑",
                "1949-10",
                "报纸/1949",
                "utf-8",
                False,
                {},
                None,
                False,
                2,
                6,
                total,
            ),
            StoredDocument(
                9,
                "乙",
                "乙.jsonl",
                "乙",
                None,
                None,
                None,
                "gb18030",
                True,
                {"source": "来处"},
                "民國三十八年",
                True,
                1,
                6,
                total,
            ),
        ]
    )
    writer.add_sections(
        [
            StoredSection(key(7, 1), None, (), None, None, "编辑"),
            StoredSection(key(7, 2), "小标题", ("大标题", "小标题"), "记者甲", "某报", "记者甲"),
            StoredSection(key(9, 1), None, (), None, None, None),
        ]
    )
    for document in DOCUMENTS:
        writer.add_passages(
            (
                key(document, position),
                id_number(f"{document:08x}{position:08x}"),
                int(Kind.TEXT),
                int(position > 2 and document == 7),
                position,
                10 * position,
                "[[1,2],[5,9]]" if position == 1 else None,
                joined if position == 1 else way,
                pack(text),
            )
            for position, text in enumerate(TEXTS)
        )
    writer.add_sources([StoredSource("乙.jsonl", 5, 6, 7, b"d" * 16)])
    writer.add_notes([Note("b\udcff", "left_out", "b\udcff 不是文字", 3, True)])
    return writer.finish()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[TextStore]:
    write(tmp_path / "texts.sqlite")
    store = TextStore(tmp_path / "texts.sqlite", connections=2)
    yield store
    store.close()


def test_texts_come_back_as_they_are_with_every_rare_character(store: TextStore) -> None:
    found = store.passages([key(9, n) for n in (5, 0, 4, 3, 2, 1)])
    assert [p.text for p in found] == [TEXTS[n] for n in (5, 0, 4, 3, 2, 1)]
    assert dict(store.texts([key(7, 1), key(7, 4)])) == {key(7, 1): TEXTS[1], key(7, 4): TEXTS[4]}
    assert [text for batch in store.scan(batch=4) for _, text in batch] == list(TEXTS) * 2


def test_a_passage_knows_its_section_its_source_and_how_it_was_read(store: TextStore) -> None:
    plain, joined = store.passages([key(7, 0), key(7, 1)])
    assert plain.source == ((0, 2),)
    assert (plain.rule, plain.joined, plain.moved) == ("plain", None, None)
    assert joined.source == ((1, 2), (5, 9))
    assert joined.joined == "cut_by_page"
    (last,) = store.passages([key(7, 5)])
    section = store.sections([last.section_key])[last.section_key]
    assert (section.path, section.author, section.affiliation) == (("大标题", "小标题"), "记者甲", "某报")
    assert (section.order, section.document_key) == (1, 7)
    assert [s.nearest_author for s in store.sections_of(7)] == ["编辑", "记者甲"]


def test_documents_and_sections_that_are_kept_are_those_that_were_read_and_end_with_the_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "texts.sqlite")
    fresh, store = TextStore(tmp_path / "texts.sqlite"), TextStore(tmp_path / "texts.sqlite")
    monkeypatch.setattr(text_store, "_KEPT", 1)  # one of two documents is always forgotten
    for keys in ([7], [7, 9], [9], [9, 7], [7]):
        assert store.documents(keys) == fresh.documents(keys)
        wanted = [key(document, 1) for document in keys]
        assert set(store.sections(wanted)) == set(wanted)
        assert {store.sections(wanted)[one].heading for one in wanted} == {None}
    with pytest.raises(StoreError, match="lacks what has the key 8"):
        store.documents([7, 8])[8]
    store.close()
    fresh.close()
    with pytest.raises(StoreError, match="is closed"):
        store.documents([7])


def test_a_store_is_closed_while_threads_read_it_and_they_are_told(tmp_path: Path) -> None:
    # SQLite's close under a statement of another thread ended the process with a segmentation fault.
    write(tmp_path / "texts.sqlite")
    for _ in range(20):
        store = TextStore(tmp_path / "texts.sqlite", connections=2)
        reading = threading.Barrier(4)

        def read(store: TextStore = store, reading: threading.Barrier = reading) -> str:
            reading.wait()
            while True:
                try:
                    assert len(store.passages_of(7)) == len(TEXTS)
                except StoreError as error:
                    return str(error)

        with ThreadPoolExecutor(3) as pool:
            told = [pool.submit(read) for _ in range(3)]
            reading.wait()
            store.close()
            assert all("is closed" in answer.result(10) for answer in told)
        store.close()


def test_neighbours_do_not_cross_a_section_or_a_document(store: TextStore) -> None:
    texts = dict(store.texts(key(7, position) for position in range(6)))
    beside = store.texts_beside(store.passages([key(7, 0), key(7, 2), key(7, 4), key(9, 5)]))
    assert beside[key(7, 0)] == ("", texts[key(7, 1)])
    assert beside[key(7, 2)] == (texts[key(7, 1)], "")
    assert beside[key(7, 4)] == (texts[key(7, 3)], texts[key(7, 5)])
    assert beside[key(9, 5)][1] == ""
    both = store.passages([key(7, 0), key(7, 1)])  # each is beside the other
    assert store.texts_beside(both)[key(7, 0)] == beside[key(7, 0)]


def test_passage_and_document_ids_lead_to_their_rows(store: TextStore) -> None:
    assert store.passage_key("0000000900000003") == key(9, 3)
    for unknown in ("ffffffffffffffff", "", "zz", "00000009000000030", "\ud800"):
        assert store.passage_key(unknown) is None
        assert store.document_by_id(unknown) is None
    document = store.document_by_id("报纸/1949/甲.txt")
    assert document is not None
    assert (document.key, document.author, document.collection) == (7, "编辑", "报纸/1949")
    assert store.documents([9])[9].title_is_derived


def test_documents_are_listed_by_collection_and_author_in_pages(store: TextStore) -> None:
    assert [d.key for d in store.list_documents(limit=1, offset=1)] == [9]
    for name in ("编辑", "记者甲"):
        assert [d.key for d in store.list_documents(DocumentFilter(authors=(name,)))] == [7]
        assert store.count_documents(DocumentFilter(authors=(name,), folder="报纸/1949")) == 1
    assert store.count_documents(DocumentFilter(authors=("读者",))) == 0
    assert store.collections() == [("报纸/1949", 1)]
    assert store.authors() == [("编辑", 1), ("记者甲", 1)]
    assert store.names(NameKind.AUTHOR) == {1: "编辑", 2: "记者甲"}
    assert store.names(NameKind.AUTHOR, [2]) == {2: "记者甲"}
    with pytest.raises(StoreError, match="lacks what has the key 5"):
        store.names(NameKind.AUTHOR, [2, 5])


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (DocumentFilter(), [7, 9]),
        (DocumentFilter(ids=("报纸/1949/甲.txt", "no such id")), [7]),
        (DocumentFilter(authors=("读者", "记者甲")), [7]),
        (DocumentFilter(years=(1949, 1950)), [7]),
        (DocumentFilter(years=(19,)), []),
        (DocumentFilter(collections=("报纸",)), [7]),
        (DocumentFilter(collections=("报", "报纸/19", "\ud800")), []),
        (DocumentFilter(folder="报纸"), []),
        (DocumentFilter(folder="报纸/1949"), [7]),
        (DocumentFilter(folder=""), [9]),
        (DocumentFilter(years=(1949,), folder=""), []),
        (DocumentFilter(ids=tuple(map(str, range(40_000)))), []),
    ],
)
def test_documents_are_walked_listed_and_counted_by_the_same_filters(
    store: TextStore, wanted: DocumentFilter, found: list[int]
) -> None:
    assert [d.key for d in store.walk_documents(wanted, batch=1)] == found
    assert [d.key for d in store.list_documents(wanted)] == found
    assert store.count_documents(wanted) == len(found)


def test_statistics_notes_and_sources_are_kept(store: TextStore) -> None:
    assert store.statistics() == Statistics(2, 3, 12, 2 * sum(map(len, TEXTS)), 1)
    (note,) = store.notes()
    assert (note.path, note.line, note.left_out) == ("b\\udcff", 3, True)
    assert store.sources() == {"乙.jsonl": StoredSource("乙.jsonl", 5, 6, 7, b"d" * 16)}
    assert store.integrity() is None


def test_notes_of_another_version_say_what_can_be_said(tmp_path: Path) -> None:
    # The text of a stored note once got a place for a value: no archive with that note opened any more.
    path = tmp_path / "texts.sqlite"
    write(path)
    writer = StoreWriter(path, create=False)
    kept = (("read_failed.memory",), ("read_failed.more_memory",), ("read_failed.of_later", "甲", 5))
    writer.add_notes([Note("a", "read_failed", said(*each, english="…"), left_out=True) for each in kept])
    writer.finish()
    store = TextStore(path)
    *notes, _ = store.notes()
    store.close()
    assert [note.message for note in notes] == ["takes too much memory to be read. Divide it.", "", "甲 5"]
    assert [note_in("zh", note) for note in notes] == ["读取时占用内存过多，请分开", "", "甲 5"]
    assert {(note.path, note.code, note.left_out) for note in notes} == {("a", "read_failed", True)}


def test_an_unlinked_store_still_answers_several_threads(store: TextStore) -> None:
    if os.name == "nt":
        pytest.skip("Windows keeps an open file")
    store.path.unlink()
    wrong: list[object] = []

    def ask() -> None:
        for _ in range(50):
            if [p.text for p in store.passages_of(7)] != list(TEXTS):
                wrong.append(threading.current_thread())

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_a_store_in_a_read_only_folder_with_an_odd_name_is_read_and_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "卷 %?#&"
    folder.mkdir()
    write(folder / "texts.sqlite")
    before = (folder / "texts.sqlite").read_bytes()
    (folder / "texts.sqlite").chmod(0o444)
    folder.chmod(0o555)
    try:
        store = TextStore(folder / "texts.sqlite")
        assert len(store.passages_of(9)) == 6
        store.close()
        assert [p.name for p in folder.iterdir()] == ["texts.sqlite"]
    finally:
        folder.chmod(0o755)
    assert (folder / "texts.sqlite").read_bytes() == before


def test_an_update_removes_a_document_whole_and_names_nobody_has(tmp_path: Path) -> None:
    path = tmp_path / "texts.sqlite"
    write(path)
    writer = StoreWriter(path, create=False)
    assert writer.documents_of("报纸/1949/甲.txt") == [7]
    writer.remove_documents([7])
    writer.add_notes([Note("b\udcff", "unknown_format", "…")], unread=True)
    writer.remove_source("b\udcff")
    assert writer.has_document("乙")
    assert not writer.has_document("报纸/1949/甲.txt")
    assert writer.number(NameKind.AUTHOR, "编辑") == 1
    assert writer.number(NameKind.AUTHOR, "读者") == 3
    assert writer.finish() == Statistics(1, 1, 6, sum(map(len, TEXTS)), 0)
    store = TextStore(path)
    for read in (store.passages_of, store.sections_of):
        with pytest.raises(StoreError, match="lacks what has the key 7"):
            read(7)
    assert store.names(NameKind.AUTHOR) == {}
    assert [note.code for note in store.notes()] == [note.code for note in store.notes(unread=True)]
    assert store.spans() == {"乙.jsonl": (9, 9, 6)}
    assert (store.passage_count(["乙.jsonl", "x"]), store.passage_count(["x"])) == (6, 0)
    assert store.keys() == [key(9, n) for n in range(6)]
    assert [p.text for p in store.passages_of(9)] == list(TEXTS)
    store.close()


@pytest.mark.parametrize("content", [None, b"", b"not a database" * 100])
def test_what_is_no_store_is_a_named_error(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "texts.sqlite"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(StoreError, match=r"texts\.sqlite"):
        TextStore(path)


def test_a_damaged_page_is_a_named_error_or_found_by_the_check(tmp_path: Path) -> None:
    path = tmp_path / "texts.sqlite"
    write(path)
    data = bytearray(path.read_bytes())
    for page in range(8192, len(data), 8192):
        data[page : page + 64] = b"\xff" * 64
    path.write_bytes(data)
    with pytest.raises(StoreError):
        assert TextStore(path).integrity() is None


def test_ids_survive_the_integer_that_stores_them() -> None:
    for text in ("0000000000000000", "7fffffffffffffff", "8000000000000000", "ffffffffffffffff"):
        assert id_text(id_number(text)) == text


def read_all(store: TextStore) -> None:
    for document in DOCUMENTS:
        assert store.documents([document])[document]
        assert store.sections([key(document, 1)])[key(document, 1)]
        assert store.passages([key(document, 1)])
        assert dict(store.texts([key(document, 1)]))[key(document, 1)]


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DELETE FROM documents WHERE key = 7", "lacks"),
        ("DELETE FROM passages", "lacks"),
        ("UPDATE passages SET text = NULL", "damaged at"),
        ("UPDATE passages SET text = x'ff'", "damaged at"),
        ("UPDATE passages SET ranges = '[['", "damaged at"),
        ("UPDATE passages SET kind = 99", "damaged at"),
        ("UPDATE sections SET path = 'x'", "damaged at"),
    ],
)
def test_a_row_that_was_lost_or_changed_is_a_named_error(tmp_path: Path, statement: str, said: str) -> None:
    """SQLite reads a page with flipped bits without a word, and a search then ended in a KeyError."""
    path = tmp_path / "texts.sqlite"
    write(path)
    database = sqlite3.connect(path)
    database.execute(statement)
    database.commit()
    database.close()
    store = TextStore(path)
    with pytest.raises(StoreError, match=said) as caught:
        read_all(store)
    assert "juanzong rebuild" in caught.value.hint
    store.close()
