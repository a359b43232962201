"""A link outlives corrections: what a build retires leads to what took its place.

A passage's id is a digest of its document's id and its text. So one corrected character, or a file that was
renamed, once made each link to it a 404.
"""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import partial, update_wrapper
from pathlib import Path

import pytest
from building import ENGINES, sentence, text, write

from archive.errors import StoreError
from archive.store import retired
from index.archive import Archive
from index.build import rebuild
from index.check import check
from index.errors import NotFoundError
from index.generations import Home
from index.report import BuildReport
from index.results import to_json
from index.update import update

NewHome = Callable[[str], Home]
Build = Callable[[Home], BuildReport]

FIRST = "光绪二十六年五月初三日，派出所所长到县城领取文书，回来时天色已晚。"
SECOND = "次日清晨，卷宗由两名书记抄录，共一百二十页，分为上下两册。"
THIRD = "秋后，公安局把旧档案移到城隍庙的西厢房里保存，至今尚在。"
FOURTH = "民国元年，新任知事查点库房，发现缺少第七号和第九号两件。"


def page(*paragraphs: str, title: str = "县志稿") -> str:
    """A plain text."""
    return "\n\n".join((title, *paragraphs)) + "\n"


def others(folder: Path) -> Path:
    """So many other texts that a change of one is an update."""
    chance = random.Random(3)
    return write(folder, {f"其他/{number:02}.txt": text(chance) for number in range(30)})


@pytest.fixture(params=[update, rebuild], ids=["update", "rebuild"])
def build(request: pytest.FixtureRequest) -> Build:
    """Each story is told of both. What is removed here is removed on purpose, also all of a top folder."""
    return update_wrapper(partial(request.param, allow_missing=True), request.param)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of texts, one of which is going to change."""
    return write(others(tmp_path / "texts"), {"甲/一.txt": page(FIRST, SECOND, THIRD, FOURTH)})


@pytest.fixture
def home(new_home: NewHome, folder: Path) -> Home:
    """Its archive."""
    home = new_home("home")
    rebuild(home, folder)
    return home


def ids(home: Home, document: str = "甲/一.txt") -> dict[str, list[str]]:
    """The ids of a document's passages by their texts."""
    found: dict[str, list[str]] = {}
    with Archive.open(home.path) as archive:
        for piece in archive.document(document).pieces:
            found.setdefault(piece.text, []).append(piece.passages[0].id)
    return found


def led_to(home: Home, passage_id: str) -> tuple[str, str]:
    """The text and the document to which a link to a passage that is gone leads."""
    with Archive.open(home.path) as archive:
        hit = archive.passage(passage_id)
        assert hit.moved_from == passage_id
        assert to_json(hit)["moved_from"] == passage_id
        assert hit.passage_id != passage_id
        again = archive.passage(hit.passage_id)
        assert (again.text, again.moved_from) == (hit.text, None)
        assert "moved_from" not in to_json(again)
        return hit.text, hit.document.id


def offered(home: Home, passage_id: str) -> str | None:
    """The document that is offered where a passage is gone and nothing is like it."""
    with Archive.open(home.path) as archive, pytest.raises(NotFoundError) as caught:
        archive.passage(passage_id)
    document: str | None = caught.value.document
    assert document is None or document in caught.value.hint
    return document


def document_now(home: Home, document_id: str) -> str:
    """The document to which a link to one that is gone leads."""
    with Archive.open(home.path) as archive:
        view = archive.document(document_id)
        assert view.moved_from == document_id == to_json(view)["moved_from"]
        return view.id


def rows(home: Home) -> list[tuple[object, object]]:
    """The table."""
    path = home.generations / str(home.current()) / "texts.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT id, successor FROM retired ORDER BY rowid").fetchall()


def agree(home: Home) -> None:
    """Nothing is found by check."""
    assert check(home).findings == ()


def in_place(folder: Path, *paragraphs: str, name: str = "甲/一.txt") -> None:
    write(folder, {name: page(*paragraphs)})


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("of", [FIRST, THIRD, FOURTH])
def test_a_corrected_character(home: Home, folder: Path, build: Build, engine: str, of: str) -> None:
    rebuild(home, folder, engine=engine)
    before = ids(home)
    corrected = of.replace("，", "，已", 1)
    in_place(folder, *(corrected if each == of else each for each in (FIRST, SECOND, THIRD, FOURTH)))
    assert build(home).mode == build.__name__
    assert led_to(home, before[of][0]) == (corrected, "甲/一.txt")
    assert set(ids(home)) - {corrected} == set(before) - {of}
    assert len(rows(home)) == 1
    agree(home)


def test_a_title_or_a_heading_of_three_characters(home: Home, folder: Path, build: Build) -> None:
    before = ids(home)
    write(folder, {"甲/一.txt": page(FIRST, SECOND, THIRD, FOURTH, title="县志藁")})
    build(home)
    assert led_to(home, before["县志稿"][0]) == ("县志藁", "甲/一.txt")


def test_a_renamed_file(home: Home, folder: Path, build: Build) -> None:
    before = ids(home)
    (folder / "甲/一.txt").rename(folder / "甲/第一.txt")
    build(home)
    for paragraph, (passage,) in before.items():
        assert led_to(home, passage) == (paragraph, "甲/第一.txt")
    assert document_now(home, "甲/一.txt") == "甲/第一.txt"
    agree(home)


def test_a_renamed_file_with_a_correction(home: Home, folder: Path, build: Build) -> None:
    before = ids(home)
    (folder / "甲/一.txt").unlink()
    corrected = SECOND.replace("清晨", "早晨")
    in_place(folder, FIRST, corrected, THIRD, FOURTH, name="乙/新.txt")
    build(home)
    assert led_to(home, before[SECOND][0]) == (corrected, "乙/新.txt")
    assert led_to(home, before["县志稿"][0]) == ("县志稿", "乙/新.txt")
    assert document_now(home, "甲/一.txt") == "乙/新.txt"


def test_a_renamed_file_in_which_every_paragraph_was_corrected(
    home: Home, folder: Path, build: Build
) -> None:
    before = ids(home)
    (folder / "甲/一.txt").unlink()
    corrected = [each.replace("，", "，又", 1) for each in (FIRST, SECOND, THIRD, FOURTH)]
    write(folder, {"乙/新.txt": page(*corrected, title="县志")})
    build(home)
    for old, new in zip((FIRST, SECOND, THIRD, FOURTH), corrected, strict=True):
        assert led_to(home, before[old][0]) == (new, "乙/新.txt")
    assert document_now(home, "甲/一.txt") == "乙/新.txt"


def test_a_moved_folder(new_home: NewHome, tmp_path: Path, build: Build) -> None:
    """Two files of it are the same: each is followed by one of the two."""
    folder = others(tmp_path / "texts")
    files = {
        f"旧/{n}.txt": page(*(sentence(random.Random(n + i), 40) for i in range(0, 90, 10))) for n in range(3)
    }
    files |= {"旧/序.txt": page(FIRST), "旧/又序.txt": page(FIRST)}
    write(folder, files)
    home = new_home("home")
    rebuild(home, folder)
    before = {name: ids(home, name) for name in files}
    (folder / "旧").rename(folder / "新")
    build(home)
    for name, passages in before.items():
        now = name.replace("旧", "新")
        assert document_now(home, name) == now
        for paragraph, (passage,) in passages.items():
            assert led_to(home, passage) == (paragraph, now)
    agree(home)


def test_one_of_two_copies_is_removed(home: Home, folder: Path, build: Build) -> None:
    in_place(folder, FIRST, SECOND, THIRD, FOURTH, name="乙/抄本.txt")
    build(home)
    before = ids(home, "乙/抄本.txt")
    (folder / "乙/抄本.txt").unlink()
    build(home)
    assert led_to(home, before[THIRD][0]) == (THIRD, "甲/一.txt")
    assert document_now(home, "乙/抄本.txt") == "甲/一.txt"


def test_a_split_paragraph(home: Home, folder: Path, build: Build) -> None:
    """The link leads to the larger part."""
    before = ids(home)
    start, end = FIRST[:13], FIRST[13:]
    in_place(folder, start + "。", end, SECOND, THIRD, FOURTH)
    build(home)
    assert led_to(home, before[FIRST][0]) == (end, "甲/一.txt")


def test_two_joined_paragraphs(home: Home, folder: Path, build: Build) -> None:
    before = ids(home)
    in_place(folder, FIRST, SECOND + THIRD, FOURTH)
    build(home)
    assert led_to(home, before[SECOND][0]) == (SECOND + THIRD, "甲/一.txt")
    assert led_to(home, before[THIRD][0]) == (SECOND + THIRD, "甲/一.txt")


def test_a_title_that_was_joined_to_the_first_paragraph(home: Home, folder: Path, build: Build) -> None:
    """What is now before the beginning of its document was once looked for in another one."""
    before = ids(home)
    write(folder, {"甲/一.txt": page(SECOND, THIRD, FOURTH, title=f"县志稿{FIRST}")})
    build(home)
    assert led_to(home, before["县志稿"][0]) == (f"县志稿{FIRST}", "甲/一.txt")
    assert led_to(home, before[FIRST][0]) == (f"县志稿{FIRST}", "甲/一.txt")


def test_of_a_deleted_paragraph_the_document_is_offered(home: Home, folder: Path, build: Build) -> None:
    before = ids(home)
    in_place(folder, FIRST, THIRD, FOURTH)
    build(home)
    assert offered(home, before[SECOND][0]) == "甲/一.txt"
    (folder / "甲/一.txt").rename(folder / "甲/二.txt")
    build(home)
    assert offered(home, before[SECOND][0]) == "甲/二.txt"
    (folder / "甲/二.txt").unlink()
    build(home)
    assert offered(home, before[SECOND][0]) is None
    agree(home)


def test_a_paragraph_of_its_own_is_not_taken_for_a_deleted_one(
    home: Home, folder: Path, build: Build
) -> None:
    entries = [
        f"{name}，男，汉族，浙江绍兴人，小学毕业，一九五〇年参加工作。" for name in ("张三", "李四", "王五")
    ]
    in_place(folder, *entries)
    build(home)
    before = ids(home)
    corrected = entries[1].replace("小学", "中学")
    in_place(folder, corrected, entries[2])
    build(home)
    assert led_to(home, before[entries[1]][0]) == (corrected, "甲/一.txt")
    assert offered(home, before[entries[0]][0]) == "甲/一.txt"


def test_a_paragraph_that_was_moved_and_corrected(home: Home, folder: Path, build: Build) -> None:
    chance = random.Random(8)
    rest = [sentence(chance, 50) for _ in range(30)]
    in_place(folder, FIRST, *rest)
    build(home)
    before = ids(home)
    corrected = FIRST.replace("五月", "六月")
    in_place(folder, *rest, corrected)
    build(home)
    assert led_to(home, before[FIRST][0]) == (corrected, "甲/一.txt")


def test_of_equal_texts_the_last_id_goes_with_any_of_them(home: Home, folder: Path, build: Build) -> None:
    """The ids of equal texts are counted: remove the first of three, and the third's is gone."""
    in_place(folder, "同上。", FIRST, "同上。", SECOND, "同上。")
    build(home)
    before = ids(home)
    assert len(before["同上。"]) == 3
    in_place(folder, FIRST, "同上。", SECOND, "同上。")
    build(home)
    assert ids(home)["同上。"] == before["同上。"][:2]
    assert led_to(home, before["同上。"][2]) == ("同上。", "甲/一.txt")


def test_a_document_that_was_divided(home: Home, folder: Path, build: Build) -> None:
    before = ids(home)
    (folder / "甲/一.txt").unlink()
    write(folder, {"甲/上.txt": page(FIRST, SECOND), "甲/下.txt": page(THIRD, FOURTH, title="又一卷")})
    build(home)
    assert led_to(home, before[SECOND][0]) == (SECOND, "甲/上.txt")
    assert led_to(home, before[THIRD][0]) == (THIRD, "甲/下.txt")
    assert document_now(home, "甲/一.txt") in ("甲/上.txt", "甲/下.txt")


def test_the_end_of_a_document_became_another(home: Home, folder: Path, build: Build) -> None:
    before = ids(home)
    write(folder, {"甲/一.txt": page(FIRST, SECOND), "甲/下.txt": page(THIRD, FOURTH, title="又一卷")})
    build(home)
    assert led_to(home, before[FOURTH][0]) == (FOURTH, "甲/下.txt")


def test_two_documents_that_were_joined(home: Home, folder: Path, build: Build) -> None:
    write(folder, {"甲/一.txt": page(FIRST, SECOND), "甲/二.txt": page(THIRD, FOURTH, title="又一卷")})
    build(home)
    before = ids(home) | ids(home, "甲/二.txt")
    (folder / "甲/一.txt").unlink()
    (folder / "甲/二.txt").unlink()
    in_place(folder, FIRST, SECOND, THIRD, FOURTH, name="甲/全.txt")
    build(home)
    for paragraph in (FIRST, SECOND, THIRD, FOURTH):
        assert led_to(home, before[paragraph][0]) == (paragraph, "甲/全.txt")
    assert document_now(home, "甲/一.txt") == document_now(home, "甲/二.txt") == "甲/全.txt"


@pytest.mark.parametrize("engine", ENGINES)
def test_records_whose_ids_changed(new_home: NewHome, tmp_path: Path, build: Build, engine: str) -> None:
    texts = [FIRST, SECOND, THIRD, FOURTH]

    def letters(name: str, texts: list[str]) -> str:
        records = [{"id": f"{name}{i}", "title": "无题", "text": each} for i, each in enumerate(texts)]
        return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)

    folder = write(others(tmp_path / "texts"), {"信.jsonl": letters("旧", texts)})
    home = new_home("home")
    rebuild(home, folder, engine=engine)
    before = [ids(home, f"旧{i}") for i in range(4)]
    texts[2] = THIRD.replace("至今", "如今")
    write(folder, {"信.jsonl": letters("新", texts)})
    build(home)
    for i, passages in enumerate(before):
        assert document_now(home, f"旧{i}") == f"新{i}"
        ((title,), (body,)) = passages.values()
        assert led_to(home, title) == ("无题", f"新{i}")
        assert led_to(home, body) == (texts[i], f"新{i}")
    agree(home)


def test_a_chain_over_three_generations(home: Home, folder: Path, build: Build) -> None:
    first = ids(home)[FIRST][0]
    texts = [FIRST]
    for number, (old, new) in enumerate([("五月", "六月"), ("县城", "府城"), ("天色", "夜色")]):
        texts.append(texts[-1].replace(old, new))
        in_place(folder, texts[-1], SECOND, THIRD, FOURTH, name=f"甲/{'一二三四'[number + 1]}.txt")
        (folder / f"甲/{'一二三四'[number]}.txt").unlink()
        build(home)
        assert led_to(home, first) == (texts[-1], f"甲/{'一二三四'[number + 1]}.txt")
    assert document_now(home, "甲/一.txt") == "甲/四.txt"
    agree(home)


def test_a_text_that_comes_back_is_itself_again(home: Home, folder: Path, build: Build) -> None:
    before = ids(home)
    corrected = FIRST.replace("五月", "六月")
    in_place(folder, corrected, SECOND, THIRD, FOURTH)
    build(home)
    after = ids(home)
    in_place(folder, FIRST, SECOND, THIRD, FOURTH)
    build(home)
    with Archive.open(home.path) as archive:
        assert archive.passage(before[FIRST][0]).moved_from is None
    assert led_to(home, after[corrected][0]) == (FIRST, "甲/一.txt")
    assert len(rows(home)) == 1
    agree(home)


def test_a_file_that_was_away_is_led_to_again(home: Home, folder: Path, build: Build) -> None:
    before = ids(home)
    corrected = FIRST.replace("五月", "六月")
    in_place(folder, corrected, SECOND, THIRD, FOURTH)
    build(home)
    (folder / "甲/一.txt").rename(folder.parent / "一.txt")
    build(home)
    assert offered(home, before[FIRST][0]) is None
    agree(home)
    (folder.parent / "一.txt").rename(folder / "甲/一.txt")
    build(home)
    assert led_to(home, before[FIRST][0]) == (corrected, "甲/一.txt")
    agree(home)


def test_an_update_that_became_a_rebuild_and_a_change_of_engine(new_home: NewHome, tmp_path: Path) -> None:
    folder = write(tmp_path / "texts", {"甲/一.txt": page(FIRST, SECOND, THIRD, FOURTH)})
    home = new_home("home")
    rebuild(home, folder)
    before = ids(home)
    in_place(folder, FIRST.replace("五月", "六月"), SECOND, THIRD, FOURTH)
    assert update(home).mode == "rebuild"  # more than a tenth of it
    for engine in ENGINES:
        rebuild(home, engine=engine)
    assert led_to(home, before[FIRST][0]) == (FIRST.replace("五月", "六月"), "甲/一.txt")


def test_another_folder_leaves_nothing_behind(home: Home, tmp_path: Path) -> None:
    rebuild(home, write(tmp_path / "others", {"a.txt": page(sentence(random.Random(1), 50))}))
    assert rows(home) == []


def test_the_oldest_rows_go_above_a_bound(
    home: Home, folder: Path, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retired, "MOST", 5)
    links = []
    for number in range(9):
        links.append(ids(home)[FIRST if not number else f"{number}{FIRST}"][0])
        in_place(folder, f"{number + 1}{FIRST}", SECOND, THIRD, FOURTH)
        build(home)
    assert len(rows(home)) == 5
    for link in links[4:]:
        assert led_to(home, link) == (f"9{FIRST}", "甲/一.txt")
    assert offered(home, links[3]) is None
    agree(home)


def test_links_are_known_after_an_archive_of_a_version_without_them(
    home: Home, folder: Path, build: Build
) -> None:
    before = ids(home)
    alter(home, "DROP TABLE retired")
    in_place(folder, corrected := FIRST.replace("五月", "六月"), SECOND, THIRD, FOURTH)
    build(home)
    assert led_to(home, before[FIRST][0]) == (corrected, "甲/一.txt")


def alter(home: Home, statement: str) -> None:
    """Damage the table, and keep the file's size: what an opening notices is tested elsewhere."""
    path = home.generations / str(home.current()) / "texts.sqlite"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement)
    manifest = path.with_name("manifest.json")
    data = json.loads(manifest.read_text(encoding="utf-8"))
    data["files"]["texts.sqlite"][0] = path.stat().st_size
    manifest.write_text(json.dumps(data), encoding="utf-8")


@pytest.mark.parametrize("successor", ["4711", "'丙.txt'", "id"])
def test_a_row_that_leads_astray_is_named_and_found_by_check_and_not_handed_on(
    home: Home, folder: Path, build: Build, successor: str
) -> None:
    before = ids(home)
    in_place(folder, FIRST.replace("五月", "六月"), SECOND, THIRD, FOURTH)
    build(home)
    alter(home, f"UPDATE retired SET successor = {successor}")
    with Archive.open(home.path) as archive, pytest.raises(StoreError, match="damaged") as caught:
        archive.passage(before[FIRST][0])
    assert "juanzong rebuild" in caught.value.hint
    messages = [note.message for note in check(home).findings]
    assert any("its content is not" in message for message in messages)
    assert any("lead to nothing" in message for message in messages) == (successor != "id")
    rebuild(home)
    assert rows(home) == [] or successor == "id"


@pytest.mark.parametrize("whole", [0, 9_000, 40_000])
def test_a_rebuild_says_so_where_the_archive_before_cannot_be_read(
    home: Home, folder: Path, whole: int
) -> None:
    before = ids(home)
    path = home.generations / str(home.current()) / "texts.sqlite"
    path.write_bytes(path.read_bytes()[:whole].ljust(path.stat().st_size, b"x"))
    in_place(folder, FIRST.replace("五月", "六月"), SECOND, THIRD, FOURTH)
    report = rebuild(home)
    assert "Links" in report.engine_reason
    assert offered(home, before[FIRST][0]) is None
    agree(home)


def test_a_document_whose_every_passage_changed(home: Home, folder: Path, build: Build) -> None:
    chance = random.Random(9)
    old = [sentence(chance, chance.randint(20, 90)) for _ in range(300)]
    in_place(folder, *old)
    rebuild(home)
    before = ids(home)
    new = ["新增的一段，与别的都不同。", *(each[:5] + "改" + each[6:] for each in old)]
    del new[100]
    write(folder, {"甲/一.txt": page(*new, title="题目")})
    build(home)
    right = sum(led_to(home, before[one][0])[0] == two for one, two in zip(old[:99], new[1:100], strict=True))
    right += sum(
        led_to(home, before[one][0])[0] == two for one, two in zip(old[100:], new[100:], strict=True)
    )
    assert right == 299
    assert offered(home, before[old[99]][0]) == "甲/一.txt"
