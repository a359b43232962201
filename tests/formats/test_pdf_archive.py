"""An archive of PDF files: found, cited and structured as the plain text is; what harms is named."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from fuzzing import damaged, fuzzed, try_all
from printing import CHROMIUM, SEED, SEED_LINES, drawn, hand_made, printer, seed_page

from archive.messages import note_in
from archive.model import Document, Kind, Note
from archive.readers import SourceReading
from archive.sources import SourceFile
from index.archive import Archive
from index.build import rebuild
from index.engines.registry import installed
from index.requests import SearchRequest


def read(file: Path) -> list[Document | Note]:
    status = file.stat()
    return list(SourceReading(SourceFile(file, file.name, status.st_size, status.st_mtime_ns)))


def squeezed(text: str | None) -> str:
    return "".join((text or "").split())


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the article printed in one column, in two, and in vertical lines."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    folder = tmp_path_factory.mktemp("printed")
    styles = {"一栏": "", "两栏": "body{columns:2}", "竖排": "html{writing-mode:vertical-rl}"}
    with printer() as chromium:
        for name, style in styles.items():
            (folder / f"{name}.pdf").write_bytes(chromium.print(seed_page(style)))
    return folder


@pytest.fixture(scope="module", params=["whoosh", "tantivy"])
def archive(
    request: pytest.FixtureRequest, printed: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Archive]:
    if not installed(request.param):
        pytest.skip(f"{request.param} is not installed")
    home = tmp_path_factory.mktemp("home")
    rebuild(home, printed, engine=request.param)
    with Archive.open(home) as opened:
        yield opened


@pytest.mark.browser
@pytest.mark.parametrize("name", ["一栏", "两栏", "竖排"])
def test_title_sections_and_authors_are_those_of_the_plain_text(printed: Path, name: str) -> None:
    (plain,), (one,) = read(SEED), read(printed / f"{name}.pdf")
    assert isinstance(plain, Document)
    assert isinstance(one, Document)
    assert (one.title, one.author, one.date) == (plain.title, plain.author, None)
    assert [(squeezed(s.heading), s.author, s.affiliation) for s in one.sections] == [
        (squeezed(s.heading), s.author, s.affiliation) for s in plain.sections
    ]
    assert sum(piece.kind is Kind.PAGE for piece in one.pieces) > 3


@pytest.mark.browser
def test_any_run_is_found_in_each_of_the_files(archive: Archive) -> None:
    rng = random.Random(15)
    lines = [line for line in map(squeezed, SEED_LINES) if len(line) > 8]
    for _ in range(200):
        line = rng.choice(lines)
        start = rng.randrange(len(line) - 8)
        run = line[start : start + rng.randint(4, 8)]
        result = archive.search(SearchRequest(run, match="exact", limit=100))
        assert {hit.document.path for hit in result.hits} == {"一栏.pdf", "两栏.pdf", "竖排.pdf"}, run


@pytest.mark.browser
def test_a_hit_knows_its_page(archive: Archive) -> None:
    result = archive.search(SearchRequest("队列训练", match="exact"))
    pages = {hit.document.path: hit.page for hit in result.hits}
    assert len(pages) == 3
    assert all(int(page or 0) > 3 for page in pages.values())


def test_files_that_harm_are_named_and_the_rest_is_built(tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    word = drawn("初春的周口", 50, 700)
    many = "".join(f"1 0 0 1 {n % 500} {n // 500 % 700} Tm <521d> Tj\n" for n in range(1_000_000))
    form = b"/Font << /F 3 0 R >> /XObject << /X 9 0 R >>"
    made = {
        "好.pdf": hand_made(word),
        "一百万.pdf": hand_made(f"BT /F 12 Tf\n{many}ET"),
        "页环.pdf": hand_made(word).replace(b"/Kids [5 0 R]", b"/Kids [2 0 R]"),
        "页数.pdf": hand_made(word).replace(b"/Count 1 ", b"/Count 999999999 "),
        "图环.pdf": hand_made("/X Do " + word)
        .replace(b"/Font << /F 3 0 R >>", form)
        .replace(
            b"xref\n",
            b"9 0 obj\n<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources"
            b" << /XObject << /X 9 0 R >> >> /Length 6 >> stream\n/X Do \nendstream\nendobj\nxref\n",
            1,
        ),
        "半个.pdf": hand_made(word)[:700],
        "空.pdf": b"",
    }
    for name, data in made.items():
        (folder / name).write_bytes(data)
    report = rebuild(tmp_path / "home", folder, engine="whoosh")
    named = {note.path for note in report.notes}
    assert {"空.pdf", "页环.pdf"} <= named
    with Archive.open(tmp_path / "home") as archive:
        found = archive.search(SearchRequest("初春的周口", match="exact")).hits
    paths = {hit.document.path for hit in found}
    assert "好.pdf" in paths
    assert set(made) <= paths | named


@fuzzed
def test_damaged_files_are_read_or_named(tmp_path: Path, trials: int | None) -> None:
    whole = [
        hand_made(*(drawn(f"第{n}页", 280, 780, 8) + drawn(SEED_LINES[3][:30], 50, 700) for n in range(3))),
        hand_made(drawn("忠诚", 50, 700), catalog="/PageLabels << /Nums [0 << /S /r >>] >>"),
    ]
    file = tmp_path / "a.pdf"

    def trial(chance: random.Random) -> None:
        file.write_bytes(damaged(chance, chance.choice(whole)))
        for item in read(file):
            assert isinstance(item, Document) or item.code in (
                "read_failed",
                "empty",
                "no_text_layer",
                "page_unreadable",
                "text_doubtful",
            )

    try_all(trials and 20, trial)


def test_a_page_without_text_is_counted_in_the_report(tmp_path: Path) -> None:
    file = tmp_path / "a.pdf"
    file.write_bytes(hand_made(drawn("初春的周口", 50, 700), "0 0 9 9 re f"))
    (told,) = (item for item in read(file) if isinstance(item, Note))
    assert told.said == ("no_text_layer", 1, 2, "2")
    assert note_in("zh", told) == "2 页中有 1 页没有文字（第 2 页）"
