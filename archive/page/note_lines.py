"""Notes, credits, source lines and page marks: what is on a page beside its text."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from archive.page.bylines import byline, unbracket, web_dateline
from archive.page.datelines import dateline
from archive.page.rule_words import compiled, one_of, plain, words

WIDEST_CREDIT: Final = 60
_CN = "[一二三四五六七八九十百]"
_NUMBERED: Final = re.compile(
    f"(?:\\[注?[0-9]{{1,3}}\\]|［注?[0-9０-９]{{1,3}}］|〔注?(?:[0-9]{{1,3}}|{_CN}{{1,3}})〕|【注?[0-9]{{1,3}}】"
    "|[①-⑳❶-❿]|[¹²³⁰⁴-⁹]{1,2})(?=\\s*\\S)"
)
NOTE_MARK: Final = re.compile(
    r"[\[［〔【（(]?\s*[注註校][釋释]?\s*(?:\d{1,4}|[一二三四五六七八九十百]{1,4}|[①-⑳㉑-㉟㊱-㊿])?\s*[\]］〕】）)]?"
    r"|[\[［〔【（(]\s*(?:\d{1,4}|[一二三四五六七八九十百]{1,4}|[a-z]{1,4}|[*†‡※])\s*[\]］〕】）)]"
    r"|\d{1,4}|[①-⑳㉑-㉟㊱-㊿]|[ivxlc]{1,6}|[*＊†‡※]{1,3}"
)
"""The mark of a note: 1, [12], 〔三〕, 注1, ①, *."""
_LABEL: Final = compiled(
    f"^[（(【\\[［〔■□●◆◎]?\\s*{one_of('note_labels')}[0-9①-⑳]{{0,2}}\\s*(?:[：:】\\]］〕]|$)"
    "|^编者按[\\s\u3000]|^[（(](?:(?:本文|原文|来信)?有?删[节改]|未完待续|待续|全文完)[）)]$"
)
_SPACED_LABEL: Final = re.compile("^[编編注註参參]\\s+.{1,6}$")
_HEADS_NOTES: Final = compiled("^[【\\[]?(?:注\\s*释|附\\s*注|尾\\s*注|参\\s*考\\s*文\\s*献)\\s*[:：】\\]]?$")
_CREDIT: Final = compiled(
    f"^{one_of('editors')}(?:[\\s:：/／丨|｜·]+(?:[ℌ]{{1,4}}|[a-zA-Z0-9]{{2,12}})(?:[\\s:：/／、，丨|｜·]+(?:(?:责任)?{one_of('editors')}|[ℌ]{{1,4}}|[a-zA-Z0-9]{{2,12}}))*|[:：]?)$|^(?:责任编辑|责编)ℕ{{1,3}}$"
)
_SOURCE: Final = compiled(
    f"^[•·]?\\s*(?:{one_of('source_labels')}\\s*[:：]|[【\\[]{one_of('source_labels')}[】\\]]|(?:原文|本文|文章)(?:来自|转自|载于|选自|摘自)|(?:本文)?转载?自"
    f"|{one_of('screen_labels')}\\s*(?:[:：]\\s*(?:[0-9a-zA-Z大中小T+\\-\\s:/._?=&]*)|[(（]?[0-9,]+[)）]?|[(（][)）])$)"
)
_PHRASE: Final = compiled(
    f"^(?:本文|原文|此文|文章|本篇)?(?:(?P<said>据)|{one_of('source_phrases')})\\s*[:：]?\\s*"
    f"(?:[^《》。，！？；]{{0,16}}《[^《》]{{2,30}}》|[^\\s《》。，、！？；:：0-9]{{1,12}}?{one_of('papers')})"
    "\\s*(?P<reports>[0-9年月日]{0,11}(?:报道|消息)[。.]?$)?(?(said)(?(reports)|(?!)))"
    "(?:一书|一文|杂志)?(?:$|[\\s0-9(（〔【·第,，](?![^《》]*[。！？；]).{0,40}$)"
)
_LICENCE: Final = compiled(
    "^[*※]?(?:本文|原文|本稿|文章|作品|凡|《[^《》]{2,20}》|未经|版权|转载|声明|以上|欢迎|免责声明|文中|著作权归|以下内容|应[受采]访|为保护).{0,40}(?:化名|授权|转载|首发|原载|选自|摘自|刊于|刊载|发表于|所有|许可|署名|立场|无关|刊发|版权归|版权争议)"
    "|^已(?:获得?|取得|征得|经)(?:原?作者|本人|原创).{0,8}(?:授权|许可|同意)"
)
_TRAIL: Final = compiled(
    "^(?:(?:您|你)?(?:现在|当前|所在|本页)?的?(?:位置|位于)(?:是|在)?\\s*(?:[:：]|\\s首页)|(?:网站)?首页\\s*(?:[>＞»›→|/\\-]|&gt;))"
    "|^[^，。；]{1,14}\\s*[>＞»›]\\s*正文$|^[>＞»›]+\\s*[^，。；]{2,40}$|^(?:[^，。；>]{1,14}\\s*[>＞»›]\\s*){2,}$|^[^，。；]{1,14}(?:\\s*(?:>|＞|»|›|→|&gt;)+\\s*[^，。；>]{1,14}){1,}(?:>|＞|»|›|→|&gt;)+\\s*[^，。；>]{1,24}$"
)
_DOCUMENT: Final = compiled(
    "^(?:[〔\\[（(](?:19|20)[0-9]{2}[〕\\]）)][ℌ]{0,8}[0-9]{0,4}[ℌ]{0,6}第?\\s*[0-9]{1,6}\\s*号|[ℌ]{1,12}[〔\\[【（(](?:19|20)[0-9]{2}[〕\\]】)）]\\s*第?\\s*[0-9]{1,5}\\s*号"
    "|(?:[ℌ]{1,10}?字)?第\\s*[0-9一二三四五六七八九十百〇零○]{1,12}\\s*号(?:[（(][ℌ0-9]{1,12}[）)])?"
    "|[^，。]{0,20}(?:刊号|邮发代号|\\bISSN|\\bCN\\s?[0-9]{2}-[0-9]{4})[^，。]{0,50})$"
)
_FACTS: Final = compiled(
    f"^(?:[\\s|｜]*{one_of('source_labels', 'screen_labels', 'editors')}\\s*[:：][^:：，。]{{0,40}}){{2,}}$"
)
_BOOK: Final = compiled(
    "^《[^《》]+》[^。]{0,40}(?:著|编|译)[^。]{0,20}(?:出版社|书局|书店|印书馆|出版)[^。]{0,20}。?$"
)
_SCREEN: Final = compiled(
    f"^[•·]?\\s*(?:[\\[【(（]?{one_of('screen_labels')}[\\]】)）]?\\s*[:：]?[\\s|｜]*(?:\\[[大中小]\\]\\s*)*)+$"
)
_MENU: Final = compiled(f"(?:^|[\\s|｜·>]){one_of('navigation')}(?=$|[\\s|｜·>])")
_ISSUE: Final = compiled(
    "^《?[ℌ·（）()]{2,20}》?[\\s,，]*(?:[0-9]{4}年?[\\s,，]*第?[0-9]{1,4}期?"
    "|[0-9]{0,4}年?[\\s,，]*(?:总第|第)[0-9〇一二三四五六七八九十百]{1,5}[期卷辑号])(?:[\\s,，(（].{0,24})?$"
)
"""A magazine and its number: 某某学刊 2022年2期."""
_FOLLOW: Final = compiled(
    "^(?:时间|日期|作者|记者|内容|正文|图片)\\s*[:：]$|^[0-9]{1,3}#$|^[-—\\s]*END[-—\\s]*$"
    "|^(?:Copyright|©|Skip to)|^.{0,20}(?:ICP备|公网安备|版权所有)"
    "|^[•·]\\s*[0-9]{1,2}月[0-9]{1,2}日[\\s,，]*(?:星期|周)[一二三四五六日天]$|^下载到本地"
    "|^维基(?:文库|百科)，自由的|^.{0,70}(?:enpproperty|display:none)"
    "|^[•·]?\\s*[0-9]{1,6}\\s*(?:阅读|回复|浏览|评论)$|^(?:本文|全文)?阅读(?:时间|时长|需)|^[|｜\\\\/?？()（）]{1,3}$"
    "|^-{5,}$|^[^。，；！]{1,24}(?:https?://|www\\.)[!-~]+[^。，；！]{0,12}$"
    "|^[«<‹←]\\s*返回"
    "|^(?:点击|长按|扫描|关注|戳).{0,16}(?:关注|二维码|蓝字|公众号|阅读原文|订阅)|^更多.{0,12}(?:关注|点击)"
)
_OPENS: Final = frozenset("（(【〔[［〖")
_FIRST_OF_EDITORS: Final = frozenset(word[0] for word in words("editors"))
_FIRST: Final = frozenset(
    [
        *_OPENS,
        *"•·«‹<←|｜\\/?？全维W为已请您你现当所位网首本原文稿作未版转声以免凡点长扫关戳图标着应为时日作记欢>＞E-—*※《",
    ]
    + [
        word[0]
        for name in ("source_labels", "source_phrases", "screen_labels", "navigation")
        for word in words(name)
    ]
)
_MARKED: Final = re.compile("//|www|-----|[>＞»›→号號期|｜#]|&gt;|CN|ISSN|^Skip|^Copyright|[备備]")
"""What begins a source line, or is in it."""
_GROUPS: Final = re.compile("[（(【\\[［][^（()）【】\\[\\]［］]{2,40}[）)】\\]］]")
_PAGE: Final = re.compile(
    f"^(?:[—―─－–\\-·•~～]{{1,2}}\\s*[0-9０-９]{{1,4}}\\s*[—―─－–\\-·•~～]{{1,2}}"
    f"|第\\s*(?:[0-9０-９]{{1,4}}|{_CN}{{1,4}})\\s*[页頁版]"
    f"(?:[\\s，,、/／]*[共总總]\\s*[0-9]{{1,4}}\\s*[页頁版]|[\\s：:·]+[^\\s，。：:]{{2,6}})?|(?:第|当前版[:：])\\s*[A-Z]?[0-9]{{1,3}}\\s*版(?:[:：][^，。]{{0,16}}|[（(][^，。]{{0,16}}[）)])?"
    "|[A-Z]?[0-9]{1,3}\\s*版|[A-D][0-9]{2}[:：][^，。：:]{2,20}|[Pp](?:age|\\.)?\\s*[0-9]{1,4}(?:\\s*(?:of|/)\\s*[0-9]{1,4})?"
    "|(?P<page>[0-9]{1,4})\\s*/\\s*(?P<pages>[0-9]{1,4})"
    "|[〔\\[［(（]\\s*第?\\s*[0-9]{1,4}\\s*[页頁]\\s*[〕\\]］)）])$"
)
_TURN: Final = re.compile(
    f"^(?:[紧緊]?[下上][转轉接]\\s*(?:第\\s*)?(?:[A-Z]?[0-9]{{1,3}}|{_CN}{{1,3}})\\s*[版页頁].{{0,12}})$"
)


def page_mark(line: str) -> tuple[int, int] | None:
    """``(3, 20)`` of a page mark 3/20, ``(1, 0)`` of another (第2版, —12—, 第 3 页 共 20 页), or None."""
    found = _PAGE.match(line) if len(line) <= 30 else None
    if found is None:
        return None
    return (int(found["page"]), int(found["pages"]) or -1) if found["page"] else (1, 0)


def is_page_turn(line: str) -> bool:
    """Whether a line sends the reader to another page: （下转第2版）, 上接第1版."""
    return len(line) <= 30 and bool(_TURN.match(unbracket(line) or line))


def note_reference(line: str) -> str:
    """The number of a note that leads a line, by which the text points to it: [1], 〔一〕, ①; or nothing."""
    found = _NUMBERED.match(line)
    return found[0] if found else ""


def is_note_label(line: str) -> bool:
    """Whether a line begins with 注：, 编者按： and the like."""
    begins = plain(line[:12])
    return bool(_LABEL.match("".join(begins.split()) if _SPACED_LABEL.match(begins) else begins))


def heads_notes(line: str) -> bool:
    """Whether a line is the heading of the notes: 注释, 参考文献."""
    return len(line) <= 12 and bool(_HEADS_NOTES.match(plain(line)))


@lru_cache(maxsize=1 << 12)
def _begins(character: str) -> bool:
    """Whether a source line or a credit may begin with a character."""
    return plain(character) in _FIRST or plain(character) in _FIRST_OF_EDITORS


def may_be_source(line: str) -> bool:
    """Whether a line is worth asking whether it is a source line or a credit."""
    return _begins(line[0]) or bool(_MARKED.search(line))


@lru_cache(maxsize=1 << 12)
def is_credit(line: str) -> bool:
    """Whether a line names editors, proof-readers and the like: no authors."""
    if len(line) > WIDEST_CREDIT or not (line[0] in _OPENS or plain(line[0]) in _FIRST_OF_EDITORS):
        return False
    text = plain(line)
    text = re.sub("(?<=[）)])[0-9]{7}$", "", text)  # （編輯：…）1150103
    return bool(_CREDIT.match((unbracket(text) or text).replace("： ", "：")))


@lru_cache(maxsize=1 << 12)
def source_line(line: str) -> str | None:
    """What a line of a web page or of an office is that is not text: ``trail``, ``source``, ``licence``,
    ``screen`` or ``number``; or None."""
    if len(line) > 80 or not may_be_source(line):
        return None
    text = plain(line)
    what = _source(text, unbracket(text) or text)
    known = what in (None, "trail", "licence") or _PHRASE.match(unbracket(text) or text)
    return what if known or not (dateline(line) or web_dateline(line) or byline(line)) else None


def _source(text: str, inner: str) -> str | None:
    """``source_line`` by the shape of the folded line, whole and without the brackets around it."""
    if _TRAIL.search(inner):
        return "trail"
    if _LICENCE.match(inner):
        return "licence"
    if _DOCUMENT.match(inner):
        return "number"
    if _SCREEN.match(inner) or _FOLLOW.match(inner) or len(_MENU.findall(inner)) > 1:
        return "screen"
    if _BOOK.match(inner) or (_ISSUE.match(inner) and "期" in inner):
        return "source"
    if (_SOURCE.match(inner) and "。" not in inner[:-1]) or _PHRASE.match(inner) or _FACTS.match(inner):
        return "source"
    groups = _GROUPS.findall(text)
    if len(groups) > 1 and not _GROUPS.sub("", text).strip():
        return "source" if all(is_credit(group) or source_line(group) for group in groups) else None
    return None


def is_note(line: str) -> bool:
    """Whether a line is a note or a credit by its own shape."""
    return (line[0] in "[［〔【" and note_reference(line) != "") or is_note_label(line) or is_credit(line)
