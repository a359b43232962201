"""The pages over a real archive: what they say, where they lead, what they never do."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote, urljoin

import pytest
from catalogue import texts
from flask.testing import FlaskClient

from archive.citation import STYLES
from archive.fields import CORRECTED as FIELDS
from archive.fields import DETAILS
from index.archive import Archive
from index.build import rebuild
from index.reloading import LiveArchive
from index.requests import SearchRequest
from index.results import SearchResult
from index.search import document_reading
from web.app import create_app
from web.arguments import FACETS, FILTERS, LIST_ORDERS

SEED = "/documents/000_ea956ef4aa722372.txt"
PAGES = [
    "/",
    "/search?q=派出所",
    "/search?q=没有这样的话",
    "/search?q=“派出所",
    "/search?q=派出所&offset=100000",
    f"{SEED}?q=所长",
    f"{SEED}?q=所长&order=file",
    f"{SEED}?q=所长&traces=1",
    "/browse",
    "/browse/folders?in=史部",
    "/browse/authors",
    "/documents",
    "/documents?author=姚天民",
    "/left-out",
    "/help",
    "/nowhere",
    "/search?q=x&limit=abc",
]


def page(client: FlaskClient, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, address
    return response.get_data(as_text=True)


def text_of(html: str) -> str:
    """The text of a page, as a reader sees it."""
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", html)))


def links_of(html: str) -> list[str]:
    return [unescape(href) for href in re.findall(r'<a\b[^>]*?href="([^"]*)"', html)]


class _Outline(HTMLParser):
    """What an accessible page has: its headings, labels, ids, landmarks."""

    def __init__(self) -> None:
        super().__init__()
        self.headings: list[int] = []
        self.ids: list[str] = []
        self.inputs: list[str] = []
        self.labels: list[str] = []
        self.inline: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.tags.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if "id" in values:
            self.ids.append(values["id"] or "")
        if tag == "input" and values.get("type") != "hidden":
            self.inputs.append(values.get("id") or "")
        if tag == "label":
            self.labels.append(values.get("for") or "")
        if "style" in values or any(name.startswith("on") for name in values):
            self.inline.append(tag)
        if tag == "style" or (tag == "script" and not values.get("src")):
            self.inline.append(tag)


@pytest.mark.parametrize("address", PAGES)
def test_every_page_has_labels_landmarks_one_title_nothing_inline_and_forbids_what_it_does_not_need(
    client: FlaskClient, address: str
) -> None:
    response = client.get(address)
    outline = _Outline()
    outline.feed(response.get_data(as_text=True))
    assert outline.headings.count(1) == 1
    assert all(b - a <= 1 for a, b in zip(outline.headings, outline.headings[1:], strict=False))
    assert len(outline.ids) == len(set(outline.ids))
    assert set(outline.inputs) == set(outline.labels)
    assert outline.inline == []
    assert {"header", "main", "nav", "footer"} <= set(outline.tags)
    headers = response.headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"


def test_every_link_of_every_page_leads_somewhere(client: FlaskClient) -> None:
    targets: dict[str, str] = {}
    for address in PAGES:
        html = client.get(address).get_data(as_text=True)
        ids = set(re.findall(r'\bid="([^"]*)"', html))
        for href in links_of(html):
            target, _, fragment = urljoin(address, href).partition("#")
            if href.startswith("#"):
                assert fragment in ids, href
            elif not href.startswith("/search") and address not in ("/nowhere", "/search?q=x&limit=abc"):
                targets[target] = address
    for target, address in targets.items():
        assert client.get(target).status_code in (200, 302), (address, target)


def test_the_empty_search_page_shows_what_is_here(client: FlaskClient) -> None:
    text = text_of(page(client, "/"))
    assert "篇文献6" in text
    assert "最近建库" in text
    assert "2 个文件未能完整收录" in text
    assert "史部 2" in text
    assert "姚天民 1" in text


def test_the_examples_of_the_empty_page_find_something(client: FlaskClient) -> None:
    html = page(client, "/")
    examples = re.search(r'<p class="examples">.*?</p>', html, re.DOTALL)
    assert examples
    addresses = links_of(examples[0])
    assert len(addresses) == 4
    for address in addresses:
        assert 'class="hit"' in page(client, address)


def test_files_that_were_left_out_are_listed_with_their_reasons(client: FlaskClient) -> None:
    text = text_of(page(client, "/left-out"))
    assert "图.png" in text
    assert "书信.jsonl" in text
    assert "第 4 行" in text


def test_the_top_of_the_folders_lists_the_documents_that_stand_there(client: FlaskClient) -> None:
    """It once said that there was no document, in an archive whose files stand in no folder."""
    top = text_of(page(client, "/browse/folders"))
    assert "史部" in top
    assert "第一封信" in top
    assert "高祖本紀" not in top


def test_a_text_that_was_read_with_doubts_says_so(tmp_path: Path) -> None:
    """Only the report of the build knew of it, and whoever read the text did not."""
    (tmp_path / "texts").mkdir()
    good = "派出所所长应树立终身学习的理念。\n"
    (tmp_path / "texts" / "坏.txt").write_bytes(good.encode() * 3 + b"\xff\xfe" + good.encode())
    (tmp_path / "texts" / "短.txt").write_bytes("派出".encode("gb18030"))
    (tmp_path / "texts" / "好.txt").write_text(good, "utf-8")
    records = [b'{"id": "r1", "text": "' + good.strip().encode() + end + b'"}\n' for end in (b"", b"\xff")]
    (tmp_path / "texts" / "录.jsonl").write_bytes(records[0] + records[1].replace(b"r1", b"r2"))
    rebuild(tmp_path / "home", tmp_path / "texts", engine="whoosh")
    client = create_app(LiveArchive(tmp_path / "home").get).test_client(use_cookies=False)

    def notices(address: str) -> list[str]:
        return re.findall(r'<p class="notice"[^>]*>([^<]*)</p>', page(client, address))

    assert notices("/documents/坏.txt") == ["部分字节无法解码：编码 utf-8，见第 4 行"]
    (english,) = notices("/documents/坏.txt?lang=en")
    assert english.startswith("Has bytes that are not utf-8 in line 4")
    assert notices("/documents/短.txt") == ["编码无法确定：按 gb18030 读取，但按 big5 也基本通顺"]
    assert notices("/documents/好.txt") == []
    assert notices("/documents/r1") == []
    assert notices("/documents/r2") == ["部分字节无法解码：编码 utf-8，见第 2 行"]
    (note,) = client.get("/api/v1/documents/坏.txt").get_json()["notes"]
    assert (note["code"], note["line"]) == ("broken_bytes", 4)


def test_folders_are_browsed_as_a_tree(client: FlaskClient) -> None:
    assert "/browse/folders?in=" + quote("史部/正史", safe="") in page(client, "/browse/folders?in=史部")
    assert "高祖本紀" in text_of(page(client, "/browse/folders?in=史部/正史"))


@pytest.mark.parametrize(
    ("address", "box"),
    [
        ("/browse/folders?in=史部", ("collection", "史部", "仅检索目录“史部”")),
        ("/documents?author=姚天民", ("author", "姚天民", "仅检索 姚天民 的文字")),
        ("/search?q=&year=1949&lang=en", ("year", "1949", "Search only documents of 1949")),
    ],
)
def test_a_box_that_searches_a_part_of_the_archive_says_so(
    client: FlaskClient, address: str, box: tuple[str, str, str]
) -> None:
    name, value, label = box
    html = page(client, address)
    assert re.search(rf'<input type="checkbox"[^>]* name="{name}" value="{value}" checked>', html)
    assert label in text_of(html)
    assert not re.search(rf'type="hidden" name="{name}"', html)


def test_folders_stand_in_the_order_of_the_archive(tmp_path: Path) -> None:
    """第十回 stood before 第二回: their names were compared by code points."""
    names = ["第一回", "第二回", "第十回", "第二十一回"]
    for name in names:
        (tmp_path / "texts" / name).mkdir(parents=True)
        (tmp_path / "texts" / name / "文.txt").write_text("派出所", "utf-8")
    rebuild(tmp_path / "home", tmp_path / "texts", engine="whoosh")
    client = create_app(LiveArchive(tmp_path / "home").get).test_client(use_cookies=False)
    shown = text_of(page(client, "/browse/folders"))
    assert re.findall("第[一二十]+回", shown) == names


def test_results_say_how_the_query_was_understood_and_how_much_was_found(client: FlaskClient) -> None:
    text = text_of(page(client, "/search?q=派出所所长&match=exact"))
    assert re.search(r"\d+ 个段落·1 篇文献·33 处", text)
    assert "理解为" in text


class Counting(Archive):
    """Counts how often it is searched."""

    searches = 0

    def search(self, request: SearchRequest | str, *, count_up_to: int = -1) -> SearchResult:
        self.searches += 1
        return super().search(request, count_up_to=count_up_to)


@pytest.mark.parametrize("query", ["所长", "x", "派出所 所长&counts=1", "派出所所長都要学习"])
def test_a_page_of_results_searches_once(home: Path, query: str) -> None:
    """It searched again to count the places, which repeated what else a search offers."""
    with Counting.open(home) as archive:
        assert create_app(lambda: archive).test_client().get(f"/search?q={query}").status_code == 200
        assert isinstance(archive, Counting)
        assert archive.searches == 1


def test_places_are_counted_unasked_only_where_that_is_quick(client: FlaskClient) -> None:
    html = page(client, "/search?q=春夏秋冬&match=exact")
    assert "统计出现次数" in text_of(html)
    asked = next(href for href in links_of(html) if "counts=1" in href)
    counted = page(client, asked)
    assert "12,000 处" in text_of(counted)
    # It was asked for once, not for every page after it.
    assert [h for h in links_of(counted) if "counts" in h and "lang=" not in h] == []


def test_the_headline_is_shown_once_for_neighbours_of_one_document(client: FlaskClient) -> None:
    html = page(client, "/search?q=派出所所长&sort=order")
    hits = html.count('<div class="hit"')
    assert hits == 20
    assert html.count("<h2><a") < hits


def test_a_hit_is_shown_under_its_section_and_author(client: FlaskClient) -> None:
    text = text_of(page(client, "/search?q=每一位派出所所长都要树立终身学习的理念"))
    assert "基层派出所所长应牢固树立四种意识市政府党组成员、市公安局局长 姚天民" in text


def test_a_hit_says_in_which_folder_or_file_it_stands(client: FlaskClient) -> None:
    """Of 卷一 nobody could see of which book."""
    book = page(client, "/?q=高祖")
    assert (
        f'<p class="where"><a lang="zh" href="/browse/folders?in={quote("史部/正史", safe="")}">史部/正史'
        in book
    )
    letter = page(client, "/?q=见字如面")
    assert '<p class="where"><a lang="zh" href="/browse/folders">书信.jsonl' in letter
    assert 'class="where"' not in page(client, "/?q=派出所")


def test_the_rest_of_a_passage_and_its_neighbours_need_no_script(client: FlaskClient) -> None:
    html = page(client, "/search?q=言必行，行必果")
    whole = re.search(r'<details class="whole.*?</details>', html, re.DOTALL)
    assert whole
    assert "——言而有信的秉性" in text_of(whole[0])
    around = re.search(r'<details class="around.*?</details>', html, re.DOTALL)
    assert around
    assert "——仁义济世的情怀" in text_of(around[0])


def test_pages_of_results_join_without_gap_or_repetition(client: FlaskClient) -> None:
    ranks: list[str] = []
    address: str | None = "/search?q=所长"
    while address:
        html = page(client, address)
        ranks += re.findall(r'class="read" href="[^"]*at=([0-9a-f]{16})', html)
        found = re.search(r'<a rel="next" href="([^"]*)"', html)
        address = unescape(found[1]) if found else None
    assert len(ranks) == len(set(ranks)) == 31


def test_a_folder_of_folders_is_a_filter_and_what_is_not_listed_is_counted(tmp_path: Path) -> None:
    for folder in (*(f"史部/卷{number}" for number in range(60)), "子部/甲"):
        (tmp_path / "texts" / folder).mkdir(parents=True)
        (tmp_path / "texts" / folder / "text.txt").write_text("同一标题\n\n天下大势。\n", "utf-8")
    rebuild(tmp_path / "home", tmp_path / "texts", engine="whoosh")
    shelves = create_app(LiveArchive(tmp_path / "home").get).test_client(use_cookies=False)
    html = page(shelves, "/search?q=天下大势")
    assert f"/search?q={quote('天下大势')}&collection={quote('史部')}" in links_of(html)
    # Only the first eight are here, and 子部/甲 has no more than 子部.
    assert f"/search?q={quote('天下大势')}&collection={quote('子部/甲', safe='')}" not in links_of(html)
    assert "全部 61 项" in text_of(html)
    # Documents of one title are told apart.
    assert "同一标题 史部/卷0" in " ".join(text_of(html).split())


def test_the_examples_of_the_help_find_something_in_the_archive_that_is_served(
    client: FlaskClient, tmp_path: Path
) -> None:
    (tmp_path / "texts").mkdir()
    for number in range(3):
        (tmp_path / "texts" / f"{number}.txt").write_text("周瑜率领军队出征，诸葛亮来到江东。\n", "utf-8")
    rebuild(tmp_path / "home", tmp_path / "texts", engine="whoosh")
    other = create_app(LiveArchive(tmp_path / "home").get).test_client(use_cookies=False)
    for archive in (client, other):
        rows = re.findall(r'<tr><td><a lang="zh" href="([^"]*)">([^<]*)', page(archive, "/help"))
        examples = {unescape(example): unescape(href) for href, example in rows}
        text_forms = [example for example in examples if ":" not in example]
        assert (len(examples), len(text_forms)) == (16, 11)
        for example in text_forms:
            if " -" not in example and "[^" not in example:  # they may leave nothing of a small archive
                found = page(archive, examples[example])
                assert 'class="hit"' in found, example
                assert "没有包含全部检索词的段落" not in found, example
    assert "派出所" not in page(other, "/help")
    # A bar in a message parts one from many; it once cut this one off.
    assert "Any one of those in brackets" in page(other, "/help?lang=en")


@pytest.mark.parametrize("text", ["天下。\n", "Only letters.\n", "。\n"])
def test_the_help_is_there_for_an_archive_without_two_words(tmp_path: Path, text: str) -> None:
    """It was an error of the server where no passage had two words to make examples of."""
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "甲.txt").write_text(text, "utf-8")
    rebuild(tmp_path / "home", tmp_path / "texts", engine="whoosh")
    few = create_app(LiveArchive(tmp_path / "home").get).test_client(use_cookies=False)
    assert "派?所" in text_of(page(few, "/help"))


def test_the_help_is_there_without_an_archive(tmp_path: Path) -> None:
    nothing = create_app(LiveArchive(tmp_path).get).test_client(use_cookies=False)
    text = text_of(page(nothing, "/help"))
    for form in ("派?所", "派[出|某]所", "NEAR/10", "日期:1949..1956", "日期:光绪二十四年"):
        assert form in text


def test_filters_are_links_that_add_and_take_away(client: FlaskClient) -> None:
    html = page(client, "/search?q=所长")
    found = next(h for h in links_of(html) if "author=" + quote("楚天振") in h)
    filtered = page(client, found)
    assert "5 个段落" in text_of(filtered)
    chip = re.search(r'<a class="chip" href="([^"]*)"', filtered)
    assert chip
    assert "author" not in chip[1]
    assert 'name="author" value="楚天振"' in filtered


@pytest.mark.parametrize("kind", ["search", "concordance", "distribution", "collocates", "keyness"])
def test_a_problem_is_shown_with_its_place_underlined(client: FlaskClient, kind: str) -> None:
    """Only the results said where it is; the pages of collocates and key words said nothing of it."""
    html = page(client, f"/{kind}?q=派出所 date:何时")
    assert re.search(r'<span class="problem">[^<]*何时</span>', html)
    assert "无法识别" in text_of(html)
    assert "was not understood" in text_of(page(client, f"/{kind}?q=派出所 date:何时&lang=en"))


def test_that_the_passages_have_no_date_is_said_apart_from_the_query(client: FlaskClient) -> None:
    html = page(client, "/search?q=派出所 date:1949")
    assert re.search(r'<p class="notice">[^<]*都没有日期。</p>', html)
    assert 'class="problem"' not in html
    assert "请缩短检索词" not in text_of(html)
    assert "of the query have no date" in text_of(page(client, "/search?q=派出所 date:1949&lang=en"))


def test_a_filter_that_no_document_meets_is_said(client: FlaskClient) -> None:
    assert "没有“子部”这个目录" in text_of(page(client, "/search?q=派出所&collection=子部"))
    assert "There is no folder 子部" in text_of(page(client, "/search?q=派出所&collection=子部&lang=en"))


def test_partial_matches_are_one_line_and_never_mixed_in(client: FlaskClient) -> None:
    html = page(client, "/search?q=姚天民 座谈")
    line = re.search(r'<p class="partial">.*?</p>', html, re.DOTALL)
    assert line
    assert re.search(r"另有 \d+ 段部分匹配", text_of(line[0]))
    assert "match=any" in links_of(line[0])[0]


def test_a_run_that_stands_across_punctuation_is_offered_so(client: FlaskClient) -> None:
    html = page(client, "/?q=沛丰邑中阳里人姓刘氏")
    assert "忽略标点，有 1 段匹配。" in text_of(html)
    (link,) = re.findall(r'段匹配。 <a href="([^"]+)"', html)
    assert "姓劉氏" in text_of(page(client, unescape(link)))
    assert "忽略标点，有" not in text_of(page(client, "/?q=沛丰邑中阳里人，姓刘氏"))


def test_a_relaxed_answer_says_so(client: FlaskClient) -> None:
    """It was said three times: which word does not occur, what each gives, and that nothing has all."""
    for asked in ("姚天民 春夏秋冬", "阳光明媚 兵头将尾"):
        html = page(client, f"/search?q={asked}")
        said = [
            text_of(notice)
            for notice in re.findall('<p class="notice">.*?</p>', html)
            if "文献" not in notice
        ]
        assert len(said) == 1
        assert re.match("没有包含全部检索词的段落，以下为部分匹配。 单独检索各词的段落数： ", said[0])


def test_a_phrase_that_does_not_occur_is_offered_without_its_quotation_marks(client: FlaskClient) -> None:
    """A reader who had pasted “…” was told to shorten it, or to put spaces in."""
    html = page(client, "/search?q=“派出所的学习意识”")
    (step,) = re.findall('<a href="([^"]*)">不限于完全匹配，改按词检索</a>', html)
    assert "派出所" in text_of(page(client, unescape(step)))
    assert "未找到结果" not in text_of(page(client, unescape(step)))


def test_nothing_found_offers_next_steps(client: FlaskClient) -> None:
    html = page(client, "/search?q=“㑹㑹㑹”&match=all&year=1949&written=1")
    steps = [href for href in links_of(html) if href.startswith("/search")]
    text = text_of(html)
    for step in ("未找到结果", "取消筛选，重新检索", "查看部分匹配的段落", "请缩短检索词"):
        assert step in text
    assert any("match=any" in step for step in steps)


def test_nothing_is_advised_that_cannot_help(client: FlaskClient) -> None:
    """One word of two characters was to be made shorter, and looked for across punctuation."""
    text = text_of(page(client, "/search?q=㑹㑹"))
    assert "未找到结果" in text
    assert not any(step in text for step in ("请缩短检索词", "忽略标点，重新检索"))
    assert "忽略标点，重新检索" in text_of(page(client, "/search?q=㑹㑹 㑺㑺&match=all"))


def test_a_query_with_one_wrong_character_is_corrected(client: FlaskClient) -> None:
    html = page(client, "/search?q=派出锁所长")
    line = re.search(r'<p class="meant">.*?</p>', html, re.DOTALL)
    assert line
    assert any('class="hit"' in page(client, href) for href in links_of(line[0]))


def test_beyond_the_last_page_there_is_a_way_back(client: FlaskClient) -> None:
    assert "返回第一页" in text_of(page(client, "/search?q=所长&offset=5000"))


def test_the_reading_page_marks_every_place(client: FlaskClient) -> None:
    html = page(client, f"{SEED}?q=所长")
    assert re.findall(r'<mark id="hit-(\d+)">', html) == [str(n) for n in range(1, 51)]


def test_the_reading_page_shows_each_text_once_and_whole(client: FlaskClient, seed_text: str) -> None:
    html = page(client, SEED)
    article = html[html.index("<article") : html.index('<footer class="about"')]
    shown = text_of(re.sub(r'<a class="pilcrow".*?</a>', "", article))
    for line in filter(None, map(str.strip, seed_text.split("\n"))):
        assert line.lstrip("—") in shown, line


def test_the_table_of_sections_counts_the_hits(client: FlaskClient) -> None:
    html = page(client, f"{SEED}?q=所长")
    toc = re.search(r"<ol.*?</ol>", html, re.DOTALL)
    assert toc
    assert [int(n) for n in re.findall(r'class="count"[^>]*>(\d+)', toc[0])] == [10, 13, 4, 8, 9, 6]
    assert "基层派出所所长应牢固树立四种意识 姚天民" in text_of(toc[0])


def test_a_hit_has_links_to_its_neighbours_without_script(client: FlaskClient) -> None:
    html = page(client, f"{SEED}?q=所长")
    third = re.search(r'<mark id="hit-3">.*?</mark><span class="step">(.*?)</span>', html, re.DOTALL)
    assert third
    assert links_of(third[1]) == ["#hit-2", "#hit-4"]


def test_a_link_to_a_passage_outlives_the_query(client: FlaskClient) -> None:
    html = page(client, f"{SEED}?q=言必行")
    found = re.search(r'<span class="passage" id="p-([0-9a-f]{16})">[^<]*<mark', html)
    assert found
    response = client.get(f"/p/{found[1]}")
    assert response.status_code == 302
    where = response.headers["Location"]
    assert where == f"{SEED}?at={found[1]}#p-{found[1]}"


def test_captions_say_that_the_picture_is_missing(client: FlaskClient) -> None:
    assert page(client, SEED).count("图片未收录") == 7


def test_joins_and_moves_are_shown_on_request(client: FlaskClient) -> None:
    plain = page(client, SEED)
    assert 'class="traces"' not in plain
    assert "合并断行 2 处" in text_of(plain)
    traced = page(client, f"{SEED}?traces=1")
    assert traced.count('<span class="joint"') == 2
    assert re.search(r"都<span class=\"joint\"[^>]*>⁞</span>要树立终身学习", traced)


def test_the_order_of_the_file_can_be_shown(client: FlaskClient) -> None:
    text = text_of(page(client, f"{SEED}?order=file"))
    cut = text.index("因此，每一位派出所所长都")
    heading = text.index("基层派出所所长应牢固树立四种意识", cut)
    rest = text.index("要树立终身学习的理念")
    assert cut < heading < rest


def test_a_title_from_a_file_name_is_marked_as_such(client: FlaskClient) -> None:
    listed = page(client, "/documents")
    href = next(h for h in links_of(listed) if "%3Cb%3E" in h)
    assert "原文没有标题，以文件名代替" in text_of(page(client, href))


def test_texts_are_shown_as_texts(client: FlaskClient) -> None:
    for address in ("/search?q=alert", "/search?q=假标记", "/search?q=<script>"):
        html = page(client, address)
        assert "<script>alert" not in html
        assert "<mark>假标记</mark> 在此" not in html
    assert "&lt;script&gt;<mark>alert</mark>(1)&lt;/script&gt;" in page(client, "/search?q=alert")


def test_odd_ids_have_addresses_that_no_browser_and_no_proxy_changes(client: FlaskClient) -> None:
    for title in ("第一封信", "第二封信"):
        html = page(client, "/documents")
        found = re.search(rf'<a href="([^"]*)">{title}</a>', html)
        assert found
        href = unescape(found[1])
        assert href.startswith("/documents/?id=")
        assert "见字如面" in text_of(page(client, href))
        # ... and so do its lasting links.
        permalink = re.search(r'class="pilcrow" href="([^"]*)"', page(client, href))
        assert permalink
        assert client.get(permalink[1]).headers["Location"].startswith("/documents/?id=")


def test_traditional_texts_are_declared_as_such(client: FlaskClient) -> None:
    assert '<article class="page" lang="zh-Hant">' in page(client, "/documents/史部/正史/卷一.txt")
    assert '<article class="page" lang="zh-Hans">' in page(client, SEED)


def test_a_very_long_document_is_read_in_parts(client: FlaskClient) -> None:
    html = page(client, "/documents/长文?q=第299段")
    assert len(html) < 3_000_000
    first = re.search(r'class="next" href="([^"]*)"', html)
    assert first
    there = unescape(first[1]).partition("#")
    assert there[2] == "hit-1"
    assert '<mark id="hit-1">' in page(client, there[0])
    hit = re.search(
        r'class="read" href="([^"#]*)#(p-[0-9a-f]{16})"', page(client, "/search?q=第299段&match=exact")
    )
    assert hit
    assert f'id="{hit[2]}"' in page(client, unescape(hit[1]))


def test_a_document_too_long_to_be_made_ready_as_a_whole_is_read_in_the_same_way(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page of 200 MB of text took all of it into memory, to show a part."""
    whole = re.findall(r'id="(p-[0-9a-f]{16})"', page(client, "/documents/长文"))
    monkeypatch.setattr(document_reading, "LONG", 50_000)
    monkeypatch.setattr(document_reading, "PART", 20_000)
    address, found, hits = "/documents/长文?q=春夏秋冬", list[str](), list[int]()
    while address:
        html = page(client, address)
        found += re.findall(r'id="(p-[0-9a-f]{16})"', html)
        hits += map(int, re.findall(r'<mark id="hit-([0-9]+)"', html))
        following = re.search(r'rel="next" href="([^"]*)"', html)
        address = unescape(following[1]) if following else ""
    assert found[: len(whole)] == whole
    assert hits == list(range(1, 300 * 40 + 1))
    assert len(set(found)) == len(found)
    test_a_very_long_document_is_read_in_parts(client)


def test_english_by_parameter_works_without_cookies(client: FlaskClient) -> None:
    html = page(client, "/search?q=派出所&lang=en")
    assert '<html lang="en">' in html
    assert "Open in full text" in html
    following = next(h for h in links_of(html) if h.startswith("/documents/"))
    assert "lang=en" in following
    assert '<html lang="en">' in page(client, following)
    assert 'name="lang" value="en"' in html


def test_english_is_kept_in_a_cookie(client: FlaskClient) -> None:
    response = client.get("/?lang=en")
    assert response.headers["Set-Cookie"].startswith("lang=en;")
    html = client.get("/", headers={"Cookie": "lang=en"}).get_data(as_text=True)
    assert '<html lang="en">' in html
    assert "lang=en" not in "".join(links_of(html))


def test_every_message_is_used_and_no_other_is() -> None:
    web = Path(__file__).resolve().parents[2] / "web"
    files = [path for path in web.rglob("*") if path.suffix in (".py", ".html")]
    others = ("reason.", "note.", "problem.", "error.")
    keys = {key for key in texts("en") if not key.startswith(others) or re.fullmatch(r"error\.\d+", key)}
    source = "".join(path.read_text("utf-8") for path in files)
    named = set(re.findall(r"""["']([a-z_]+(?:\.[a-z_]+)+)["']""", source)) & keys | set(
        re.findall(r"""\bt\(["']([a-z_.0-9]+\w)["']""", source)
    )
    made = (
        "match.",
        "rule.",
        "sort.",
        "kind.",
        "facet.",
        "within.",
        "scope.",
        "error.",
        "export.",
        "card.line.",
        "look.",
        "concordance.",
        "unit.",
        "side.",
        "measure.",
        "collocates",
        "keyness",
    )  # keys that are put together
    named |= {f"read.{name}" for name in (*DETAILS, *FIELDS)} | {f"cite.{style}" for style in STYLES}
    named |= {f"list.{order}" for order in LIST_ORDERS}
    assert named - set(texts("en")) == set()
    assert [key for key in keys if key not in named and not key.startswith(made)] == []


def test_the_same_page_is_not_sent_twice(client: FlaskClient) -> None:
    first = client.get("/search?q=派出所")
    tag = first.headers["ETag"]
    again = client.get("/search?q=派出所", headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    english = client.get("/search?q=派出所", headers={"If-None-Match": tag, "Cookie": "lang=en"})
    assert english.status_code == 200


def test_static_files_are_kept_for_ever_under_their_version(client: FlaskClient) -> None:
    html = page(client, "/")
    for name in ("style.css", "keys.js", "seal.svg"):
        found = re.search(rf'"(/static/{name}\?v=[0-9a-f]+)"', html)
        assert found
        with client.get(found[1]) as response:
            assert "immutable" in response.headers["Cache-Control"]
    assert client.get("/static/../app.py").status_code == 404


@pytest.mark.parametrize(
    ("address", "status", "says"),
    [
        ("/search?q=x&limit=abc", 400, "limit=abc"),
        ("/search?q=x&offset=-1", 400, "offset=-1"),
        ("/search?q=x&match=foo", 400, "auto, exact, all, any"),
        ("/search?q=x&year=never", 400, "year=never"),
        (f"/search?q={'派' * 1001}", 400, "1,001"),
        ("/documents/没有", 404, "地址可能有误"),
        ("/p/0123456789abcdef", 404, "地址可能有误"),
        ("/p/xyz", 404, "页面不存在"),
        ("/nowhere", 404, "页面不存在"),
    ],
)
def test_a_page_that_cannot_be_shown_says_why_and_what_to_do(
    client: FlaskClient, address: str, status: int, says: str
) -> None:
    response = client.get(address)
    assert response.status_code == status
    assert says in text_of(response.get_data(as_text=True))
    assert response.headers["Cache-Control"] == "no-store"


def test_only_reading_is_allowed(client: FlaskClient) -> None:
    assert client.post("/search").status_code == 405
    head = client.head("/")
    assert (head.status_code, head.data) == (200, b"")
    options = client.options("/")
    assert options.status_code == 200
    assert set(options.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_the_places_are_shown_by_what_is_written_there(client: FlaskClient) -> None:
    page = client.get("/?q=派出所 局长").get_data(as_text=True)
    forms = page[page.index('class="forms"') :].split("</p>")[0]
    assert re.findall(r'lang="zh">(.+?)</span>', forms) == ["派出所", "局长"]
    assert 'class="forms"' not in client.get("/?q=派出所").get_data(as_text=True)


@pytest.mark.parametrize("order", ["", "&order=file"])
def test_a_part_that_goes_on_with_a_piece_is_shown(tmp_path: Path, order: str) -> None:
    """Every such page was an error: a line that is longer than a part begins before it."""
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "a.txt").write_text("派出所所长的理念。" * 120_000, "utf-8")
    rebuild(tmp_path / "home", tmp_path / "texts")
    client = create_app(LiveArchive(tmp_path / "home").get).test_client()
    html = page(client, f"/documents/a.txt?part=2{order}")
    assert 'class="text continued"' in html
    assert html.count("continued") == 1


def test_without_scripts_a_printed_page_has_its_path(client: FlaskClient) -> None:
    page = client.get("/search?q=%3Cb%3E&lang=en").text
    assert '<span class="address">/search?q=&lt;b&gt;&amp;lang=en</span>' in page


def test_each_filter_and_each_facet_has_its_words(client: FlaskClient) -> None:
    for name in FILTERS:
        value = {"year": "1949", "field": "卷:甲"}.get(name, "甲")
        assert client.get(f"/?{name}={value}").status_code == 200
    for name in FACETS:
        status = 200 if name in FILTERS else 400
        assert client.get(f"/values?q=所长&facet={name}").status_code == status
