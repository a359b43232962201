"""Lines and brackets that say who wrote a text: labels (记者, 作者：, 文/图) and the names that belong to
them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from archive.structure.dates import dateline
from archive.structure.marks import dash_length
from archive.structure.names import is_name, office_and_name, tidy
from archive.structure.shapes import HAN

_ROLE = (
    "(?:(?:本报|本報|本刊|本网|本網|本社|本台|新华社|新華社|中新社|中央社|新华网|人民日报|特约|特約|特派"
    "|见习|見習|实习|實習|首席|驻地|駐地"
    "|全媒体|融媒体|摄影|攝影|文字)*(?:记者|記者)|(?:本报|本報|特约|特約)*(?:通讯员|通訊員)|实习生|實習生"
    "|特约撰稿人?|特約撰稿人?"
    "|(?:本报|本報|特约|特約)*(?:评论员|評論員)|撰稿人?|作者|撰文|采写|採寫|采访|採訪|执笔|執筆|整理|编写"
    "|編寫|编译|編譯|口述|著者|译者|譯者)"
)
_WORK_TEXT = "(?:文图|圖文|图文|文圖|文字|文|撰文|采写)"
_WORK_PICTURE = (
    "(?:图片|圖片|图|圖|摄影报道|攝影報道|摄影报导|攝影報導|摄影|攝影|摄|攝|供图|供圖|绘图|制图|漫画)"
)
_CREDIT = (
    "(?:责任编辑|責任編輯|责编|責編|编辑|編輯|校对|校對|美编|美編|排版|审核|審核|监制|監製"
    "|终审|終審|版式|组版|值班编委|实习编辑)"
)
_PLACE_TAIL = f"(?:发自[{HAN}]{{2,8}}|發自[{HAN}]{{2,8}}|[{HAN}]{{0,8}}(?:综合)?(?:报道|報道|报导|報導))"

_ORNAMENT = re.compile("^[□■◎●▲△◇◆☆★○▢◻☐▷▶※*·•]\\s*")
_BRACKETS: Final = (
    ("（", "）"),
    ("(", ")"),
    ("【", "】"),
    ("〔", "〕"),
    ("[", "]"),
    ("［", "］"),
    ("〖", "〗"),
)
_SEPARATORS = re.compile(
    "[\\s\u3000/／:：、，,;；|｜＆&]+|(?<=[\u4e00-\u9fff])[和與与](?=[\u4e00-\u9fff]{2})"
)
_SPACED_NAME = re.compile(f"(?<![{HAN}])([{HAN}])[ \u3000]{{1,3}}([{HAN}])(?![{HAN}])")
_ROLE_NAME = re.compile(f"^({_ROLE})([{HAN}]{{2,4}})$")
_ROLE_ONLY = re.compile(f"^{_ROLE}$")
_TEXT_ONLY = re.compile(f"^{_WORK_TEXT}$")
_PICTURE_ONLY = re.compile(f"^{_WORK_PICTURE}$")
_CREDIT_LINE = re.compile(
    f"^{_CREDIT}(?:[\\s:：/／]+)[{HAN}]{{2,4}}(?:[\\s:：/／、，]+(?:{_CREDIT}|[{HAN}]{{1,4}}))*$"
)
_PLACE_ONLY = re.compile(f"^{_PLACE_TAIL}$")
_LOOSE_NAME = re.compile(f"^(?:[{HAN}]{{2,4}}|[{HAN}]{{2,8}}[·•‧・][{HAN}·]{{2,12}}|[A-Z][A-Za-z.'-]+)$")
_NO_NAME: Final = re.compile(
    "手[记記札]|[观觀]察|[调調]查|述[评評]|[简簡]介|[报報][道導导]|来信|札[记記]|[专專]稿|[综綜]述|[节節]"
    "|[访訪]|[问問答]|[单單]位|[不待未]详|[亲親]|之|的|了"
)
_AFFILIATION = re.compile("^(?:作者)?(?:单位|單位|系|係|為|为|是|简介|簡介)[:：]?\\s*(?P<where>.+)$")
_HOUSE = re.compile(
    "^(?:本报|本報|本刊|本网|本網|新华社|新華社|人民日报)(?:(?:特约|特約)?(?:评论员|評論員)(?:文章)?|编辑部|編輯部)$"
)
_WIRE = re.compile(
    "^[【\\[（(［]?(?:本报|本報|本刊|本网|本網|本社|新华社|新華社|中新社|中央社|合众社|合眾社|路透社|塔斯社)"
    "[^，。：:；]{0,14}?[讯訊电電](?![话話视視影力子脑腦器动動])"
)
_WEB = re.compile(
    "[\\s|｜]*(?:(?P<work>作者|记者|記者|撰文)|通讯员|编辑|責任編輯|责任编辑|责编|編輯|校对|浏览(?:次数|量)?|点击(?:次数|率|数)?"
    "|阅读(?:次数|量|数)?|访问次数|字号|字体)\\s*[:：]\\s*(?P<what>[^\\s：:|｜]{1,12})(?=[\\s|｜]|$)"
)
_ENGLISH = re.compile("^[Bb][Yy][ :]+(?P<name>[A-Z][\\w.'-]*(?: [A-Z][\\w.'-]*){1,3})$")
_LEAD = re.compile(
    f"^(?:[\\w·]{{0,12}}?(?:讯|訊|电|電"
    f"|消息)\\s*)?[（(〔【]\\s*(?P<inner>[^（）()〔〕【】]*?{_ROLE}[^（）()〔〕【】]*)[）)〕】]"
    f"|^(?:本报|本報|本网|本刊)[\\w·]{{0,6}}(?:讯|訊|电"
    f"|電)[\\s\u3000]*(?P<open>{_ROLE}[^，。：:；]{{2,40}}?)\\s*(?:[报報][道導导])?[，：:]"
)
_TAIL = re.compile("[（(〔]([^（）()〔〕]{2,60})[）)〕][。]?$")


@dataclass(frozen=True, slots=True)
class Byline:
    """What a byline says. ``author`` joins several names by 、; photographers are authors only where
    nobody wrote."""

    author: str | None
    affiliation: str | None = None
    pictures: bool = False


def unbracket(line: str) -> str | None:
    """What stands in the pair of brackets that holds the whole line, or None."""
    for left, right in _BRACKETS:
        if line.startswith(left) and line.endswith(right) and line.count(left) == 1:
            return line[1:-1].strip()
    return None


def _labelled(line: str) -> Byline | None:
    """A line made of labels and names only."""
    colon = bool(re.match("^(?:作者|撰文|著者|译者|譯者|撰稿人?)\\s*[:：]", line)) or bool(
        re.match(f"^(?:{_WORK_TEXT})\\s*[:：/／]", line)
    )
    line = _SPACED_NAME.sub(lambda m: m[1] + m[2] if is_name(m[1] + m[2]) else m[0], line)
    tokens = [token for token in _SEPARATORS.split(line) if token]
    parsed: list[tuple[str, str]] = []
    for token in tokens:
        role_name = _ROLE_NAME.match(token)
        if _ROLE_ONLY.match(token):
            parsed.append(("role", token))
        elif _TEXT_ONLY.match(token):
            parsed.append(("text", token))
        elif _PICTURE_ONLY.match(token):
            parsed.append(("picture", token))
        elif is_name(token) and not _NO_NAME.search(token):
            parsed.append(("name", token))
        elif role_name and is_name(role_name[2]):
            parsed += [("role", role_name[1]), ("name", role_name[2])]
        elif (
            token.endswith(("文", "图", "摄", "圖", "攝"))
            and is_name(token[:-1])
            and not (token[-1] == "文" and len(tokens) == 1)
        ):
            parsed += [("name", token[:-1]), ("text" if token[-1] == "文" else "picture", token[-1])]
        elif _PLACE_ONLY.match(token):
            continue
        elif parsed and _LOOSE_NAME.match(token) and not _NO_NAME.search(token):
            parsed.append(("name", token))
        else:
            return None
    if not any(what in ("role", "text", "picture") for what, _ in parsed):
        return None
    names = [name for what, name in parsed if what == "name"]
    strict = all(is_name(name) for name in names)
    spoken = not colon and bool(re.match(f"^{_ROLE}\\s*[:：]", line))  # an interview: 记者：您好
    if not names or (not strict and (spoken or not (colon or parsed[0][0] == "role"))):
        return None
    return _assign(parsed)


def _assign(parsed: list[tuple[str, str]]) -> Byline:
    """Give each name its work: a role stands before its names, 文 and 图 after them where one of them ends
    the line."""
    follow = parsed[-1][0] in ("text", "picture")
    writers: list[str] = []
    others: list[str] = []
    work = "role"
    for place, (what, name) in enumerate(parsed):
        if what != "name":
            if what == "role" or not follow:
                work = what
            continue
        named = work
        if follow:
            later = [kind for kind, _ in parsed[place + 1 :]]
            while later and later[0] == "name":
                later.pop(0)
            works: list[str] = []
            for kind in later:
                if kind not in ("text", "picture"):
                    break
                works.append(kind)
            named = "picture" if works and "text" not in works else "text"
        (others if named == "picture" and not _writes_too(parsed) else writers).append(tidy(name))
    pictures = any(what == "picture" for what, _ in parsed)
    return Byline("、".join(dict.fromkeys(writers or others)), pictures=pictures)


def _writes_too(parsed: list[tuple[str, str]]) -> bool:
    """Whether 文 and 图 stand side by side before the names (文/图：…), so that whoever is named did both."""
    kinds = [kind for kind, _ in parsed]
    return kinds[:2] in (["text", "picture"], ["picture", "text"])


def byline(line: str) -> Byline | None:
    """What a line says that is a byline by its labels, or None. At most 60 characters."""
    if len(line) > 60 or (len(line) == 60 and not line.isascii()):
        return None
    english = _ENGLISH.match(line)
    if english:
        return Byline(english["name"])
    bare = _ORNAMENT.sub("", line)
    bare = unbracket(bare) or bare
    if _HOUSE.match(bare):
        return Byline(bare)
    found = _labelled(bare)
    if found:
        return found
    if (
        bare != line
        and line[0] in "□■▢◻☐"
        and all(is_name(part) for part in re.split("[、\\s]+", bare) if part)
    ):
        return Byline("、".join(tidy(part) for part in re.split("[、\\s]+", bare) if part)) if bare else None
    return None


def end_byline(line: str) -> Byline | None:
    """What a bracket at the end of a text says: （记者 …）, （作者单位：…）, （作者系… …）, or None.

    The line is with or without its brackets.
    """
    inner = unbracket(line)
    if inner is None or not inner:
        return None
    where = _AFFILIATION.match(inner)
    if where and (inner.startswith("作者") or inner[:2] in ("单位", "單位")):
        named = office_and_name(where["where"], institutions=True, glued=False)
        return Byline(*named) if named else Byline(None, where["where"].strip())
    parts = re.split("[，,；;\\s\u3000]+", inner, maxsplit=1)
    if len(parts) == 2:
        where = _AFFILIATION.match(parts[1])
        name = re.sub("^作者\\s*[:：]?\\s*", "", parts[0])
        if where and parts[1].startswith(("作者", "单位", "單位", "系", "係")) and is_name(name):
            return Byline(tidy(name), where["where"].strip())
        if inner.startswith(("作者：", "作者:")) and is_name(name):
            return Byline(tidy(name), parts[1].strip())
    found = _labelled(inner)
    if found:
        return found
    named = office_and_name(inner, institutions=True, glued=False)
    return Byline(*named) if named else None


def office_line(line: str, *, institutions: bool = False, glued: bool = False) -> Byline | None:
    """What a line says that is an office and a name, in brackets or after a dash or not, or None."""
    bare = line[dash_length(line) :]
    named = office_and_name(unbracket(bare) or bare, institutions=institutions, glued=glued)
    return Byline(*named) if named else None


def lead_byline(line: str) -> Byline | None:
    """The byline inside the beginning of a paragraph: 本报讯（记者 …）, 新华社…电（记者 …）, or None."""
    found = _LEAD.match(line[:120])
    if not found:
        return None
    inner = re.sub("[／/].*$", "", found["inner"] or found["open"])
    return _labelled(re.sub(f"\\s*{_PLACE_TAIL}$", "", inner).strip())


def tail_byline(line: str) -> Byline | None:
    """The byline in a bracket that ends a paragraph, or None."""
    found = _TAIL.search(line[-66:])
    if not found:
        return None
    inner = found[1].strip()
    names = [name for name in re.split("[、，\\s]+", _SPACED_NAME.sub("\\1\\2", inner)) if name]
    if line[: -len(found[0])][-1:] in "。！？”" and all(map(is_name, names)):
        return Byline("、".join(names))
    return end_byline(f"（{inner}）")


def is_wire(line: str) -> bool:
    """Whether a line begins as a report: 本报讯, 新华社北京4月1日电, 【本報專電】."""
    return line[0] in "本新中合路塔人【[（(［" and bool(_WIRE.match(line[:30]))


def web_dateline(line: str) -> tuple[tuple[str, bool], Byline | None] | None:
    """``(date, byline)`` of a dateline with labelled names around it: … 来源：… 作者：…, or None."""
    if len(line) > 100 or not _WEB.search(line):
        return None
    dated = dateline(_WEB.sub("", line).strip())
    if dated is None:
        return None
    names = [found["what"] for found in _WEB.finditer(line) if found["work"] and is_name(found["what"])]
    return dated, Byline("、".join(map(tidy, names))) if names else None


def is_credit(line: str) -> bool:
    """Whether a line names editors, proof-readers and the like: no authors."""
    inner = unbracket(line) or line
    return len(line) <= 60 and bool(_CREDIT_LINE.match(inner))


def is_dateline_or_byline(line: str) -> bool:
    """Whether a line belongs to the head or the foot of a text by its labels or its date."""
    return dateline(line) is not None or byline(line) is not None
