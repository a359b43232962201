"""Lines and brackets that say who wrote a text: labels (记者, 作者：, 文/图) and the names beside them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from msgspec import Struct

from archive.page.datelines import find_date
from archive.page.lines import dash_length
from archive.page.person_names import has_institution, is_name, names_in, office_and_name, tidy
from archive.page.rule_words import HAN, compiled, one_of, plain

_LONGEST: Final = 60
_LONGEST_LINK: Final = 200
_ROLE = (
    f"(?:{one_of('houses')}*{one_of('roles')}"
    "|[ℌ]{2,10}?(?:·[ℌ]{2,8}?)?(?:记者|通讯员|实习生|评论员|特约撰稿人?|网友|读者|撰稿人))"
)
_PLACE = "(?:发自[ℌ]{2,8}|[ℌ]{0,8}?(?:综合)?(?:摄影)?(?:报道|报导))"
# A spaced name is one token, since its surname is known.
_TOKEN: Final = compiled("(?<![ℌ])ℕ(?![ℌ])|[^\\s\u3000/／╱∕\\\\＼:：、，,;；|｜丨❘＆&]+")
_GLUED_ROLES: Final = compiled(
    "(?:记者|通讯员|实习生)[ℌ]{2,4}?(?=(?:摄影|实习|见习|特约)?(?:记者|通讯员|实习生))"
)
"""A role and its name with the next role right behind: 记者何望渠通讯员丁望山."""
_AND: Final = compiled("(?<=[ℌ])[和与](?=[ℌ]{2})")
_FOOTNOTE: Final = compiled("(?<=[ℌ])[0-9*①-⑨]{1,2}(?=[\\s，,、/／]|$)")
_ROLE_BEGINS: Final = compiled(f"^{_ROLE}(?=[ℌ]{{2}})")
_PLACE_ENDS: Final = compiled(
    "^(?:发自[ℌ]{2,8}|(?:[ℌ]{2,8})?(?:综合|摄影)?(?:报道|报导)|[ℌ]{2,6}[0-9]{1,2}日专?电|[摄文图])?$"
)
_PLACE_ONLY: Final = compiled(f"^(?:{_PLACE}|[ℌ]{{2,8}}{one_of('papers')})$")
_KINDS: Final = (
    ("text", compiled(f"^{one_of('text_work')}$")),
    ("picture", compiled(f"^{one_of('picture_work')}$")),
    ("editor", compiled(f"^{one_of('editors')}$")),
    ("role", compiled(f"^{_ROLE}$")),
    ("both", compiled("^(?:摄影报道|摄影报导|文[‧·]?图|图[‧·]文)$")),
)
"""What a token of a byline says beside names, by its words."""
_LOOSE: Final = compiled("^(?:[ℌ]{2,4}|[ℌ]{2,8}[·•‧・][ℌ·]{2,12}|[A-Z][A-Za-z.'-]+)$")
_NO_NAME: Final = compiled(
    "手记|手札|观察|调查|述评|简介|报道|报导|来信|札记|专稿|综述|节|访|问|答|单位|不详|待考|未详|佚名|匿名|无名|未知|本站|网络|来源|原创|小编|管理员|读者|转载|投稿|综合|发布|点击|请看|见文|亲|之|的|了|编辑|[处科组室局]$"
)
_LABEL: Final = compiled(
    f"^(?:(?:作者|撰文|著者|译者|撰稿人?)\\s*[:：]|{one_of('text_work')}\\s*[:：/／|｜丨])"
)
_SPOKEN: Final = compiled(f"^{_ROLE}\\s*[:：]")
_ORNAMENT: Final = re.compile("^(?:[□■◎●▲△◇◆☆★○▢◻☐▷▶※*·•☉⊙❘]|//)\\s*")
_SIGNS: Final = "□■▢◻☐☉⊙/"
_QUOTES: Final = "\"'"
_LEADS: Final = frozenset("□■▢◻☐☉⊙/Bb·•[［（(〔【")
_ENDS: Final = frozenset("]］）)译词曲")
_HINT: Final = compiled(
    one_of("roles", "text_work", "picture_work") + "|评论员|编辑部|社论|网友|读者|[报日][导道电]$"
)
"""What a byline has by its labels, by its first character or by its last."""
_BRACKETS: Final = ("（）", "()", "【】", "〔〕", "[]", "［］", "〖〗")
_AFFILIATED: Final = re.compile("^(.{2,30}?)\\s*[\\[［（(]([^\\[\\]［］（()）]{2,60})[\\]］）)]$")
_ACCOUNT: Final = compiled("^(?:来自|微信|微博|公众号|网名|笔名|豆瓣|知乎|头条号)")
_AFFILIATION: Final = compiled("^(?:作者(?:单位|系|为|是|简介)|单位|系)[:：]?\\s*(?P<where>.+)$")
_HOUSE: Final = compiled(
    f"^(?:本报|本刊|本网|新华社|《?[ℌ]{{2,8}}{one_of('papers')}》?)(?:(?:特约)?评论员(?:文章)?|编辑部|社论)$|^(?:本报|本刊|新华社|中新社)记者$"
)
_DESK: Final = compiled("^[ℌ]{2,8}(?:中心|组)[／/\\s]*(?:[ℌ]{2,6}报导|[ℌ]{0,6}[0-9]{1,2}日电)$")
"""Who reports, without a name: 国际中心／综合报导, 香港新闻组／香港8日电."""
_WIRE: Final = compiled(
    "^[【\\[（(［]?(?:本报|本刊|本网|本社|新华[社网]|中新[社网]|人民网|中央社|合众社|路透社|塔斯社)[^，。：:；]{0,14}?[讯电](?![话视影力子脑器动])"
)
_FACTS: Final = compiled(
    "(?:^|[\\s|｜丨·]+|\\s/\\s)(?P<label>[ℌ]{1,6})\\s*[:：／/]\\s*(?P<value>[^:：／/]*?)"
    "(?=$|(?:[\\s|｜丨·]+|\\s/\\s)[ℌ]{1,6}\\s*[:：／/])"
)
"""Facts with their labels: 作者：… 来源：… 点击：…"""
_PEN_NAMES: Final = (
    compiled(f"^[·•]\\s*(?!{one_of('kickers')})(?P<name>[ℌ]{{2,4}})\\s*[·•]$"),
    compiled("^[\\[［（(〔【][ℌ]{1,4}[\\]］）)〕】]\\s*(?P<name>[ℌ]{1,8}[·•‧・][ℌ·]{1,12})\\s*著?$"),
    compiled("^[\\[［（(〔【][ℌ]{1,4}[\\]］）)〕】]\\s*(?P<name>ℕ)$"),
    re.compile("^[Bb][Yy][ :]+(?P<name>[A-Z][\\w.'-]*(?: [A-Z][\\w.'-]*){1,3})$"),
)
_TRANSLATED: Final = compiled("^(?P<name>ℕ)\\s*(?:译|翻译|编译|[作谱]?曲|(?P<wrote>作?词曲?))$")
_LEAD: Final = compiled(
    f"^(?:[\\w·、/／]{{0,24}}?(?:讯|电|消息)\\s*)?[（(〔【]\\s*(?P<inner>[^（）()〔〕【】]*?{_ROLE}[^（）()〔〕【】]*)[）)〕】]"
    f"|^[（(〔【\\[]?(?P<stroke>(?:{_ROLE})?\\s*ℕ(?:[、\\s]+ℕ)*)\\s*[／/╱∕\\\\＼]\\s*[ℌ]{{2,8}}?报[导道](?:[）)〕】\\]：:\\s]|$)"
    f"|^(?:本报|本网|本刊)(?:[\\w·]{{0,16}}?[讯电])?[\\s\u3000]*(?P<open>{_ROLE}[^，。：:；]{{2,40}}?)\\s*(?:报道|报导)(?:[，：:\\s]|$)"
    f"|^(?:本报|本网|本刊)[\\w·]{{0,16}}?[讯电][\\s\u3000]*(?P<colon>{_ROLE}[^，。：:；]{{2,40}}?)\\s*[，：:]"
)
_ROLES_IN: Final = re.compile(
    "[记記]者|通[讯訊]|[评評][论論]|[实實撰编編作]|[采採]|[执執]|[读讀網网]|[报報][导導道]"
)
_TAIL: Final = re.compile("[（(〔]([^（）()〔〕]{2,60})[）)〕][。]?$")
_LINKED: Final = re.compile(r"\[([^\[\]]{2,40})\]\(https?://[!-~]+\)")
"""A link as Markdown writes it, around its words."""
_NOT_TEXT: Final = re.compile("https?://[!-~]+|www\\.[!-~]+|[0-9]{1,2}[:：][0-9]{2}(?:[:：][0-9]{2})?")
_BRACKETED_LABEL: Final = re.compile(f"[【\\[]([{HAN}]{{2,4}})[】\\]](?=\\s*[{HAN}])")
_WRITER: Final = compiled("^(?:作者|楼主|发帖人|记者|撰文|文|原创)$")
_COUNTER: Final = compiled(
    f"^(?:{one_of('screen_labels', 'source_labels', 'editors')}(?:[(（]?[0-9]*[)）]?)?"
    "|(?:(?:发布|发表|更新|添加|录入|出版)?(?:时间|日期)|发布于|发表于))$"
)
_STAMP: Final = compiled(
    "^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}\\s|[0-9][\\s日]*(?:[A-Z]{3}\\s*)?[0-2]?[0-9][:：][0-5][0-9]|(?:时间|日期|发布|发表|更新)于?[:：]\\s*[0-9]{4}"
)
"""A date with its time of day, or behind its label: what else is in the line is not a sentence."""
_SPACED_NAME: Final = re.compile(f"(?<=者[:：])([{HAN}])[ \u3000]+([{HAN}])(?![{HAN}])")
_GLUED_DATE: Final = re.compile(f"[0-9]{{4}}([-/.])[0-9]{{1,2}}\\1[0-9]{{1,2}}[{HAN}](?=[{HAN}]{{1,11}}$)")
"""The date of a site with names or a section glued to it."""
_PRINTED: Final = re.compile("(?<=\\S)\\s*《[^《》]{2,16}》\\s*[（(][^（）()]{6,30}[）)]$")
"""A newspaper, its date and its page behind who wrote: 《某报》（2024年12月06日 第10版）."""
_SMALL: Final = re.compile("[0-9:.\\-]+|次|大|中|小|(?:星期|周)[一二三四五六日天]")
"""What is beside a site's date without a meaning for who wrote: counts, sizes of type, the weekday."""
_SENTENCE: Final = re.compile("[，。！？；]")
_PAPER: Final = compiled(f"^[^，。；]{{0,12}}{one_of('papers')}$")


class Byline(Struct, frozen=True):
    """What a byline says. ``author`` joins several names by 、; photographers are authors only where
    nobody wrote."""

    author: str | None
    affiliation: str | None = None
    pictures: bool = False
    wrote: bool = True


def unbracket(line: str) -> str | None:
    """What is in the pair of brackets that holds the whole line, or None."""
    for left, right in _BRACKETS:
        if line.startswith(left) and line.endswith(right) and line.count(left) == 1:
            return line[1:-1].strip()
    return None


def _tokens(line: str) -> list[tuple[str, str]] | None:
    """The tokens of a line as ``(what, written)``, what is a kind of ``_KINDS`` or "name"; None where one
    does not belong into a byline."""
    text = _AND.sub(" ", _FOOTNOTE.sub(lambda m: " " * len(m[0]), plain(line)))
    found: list[tuple[str, str]] = []
    places = [match.span() for match in _TOKEN.finditer(text)]
    is_sent = False
    for start, end in places:
        token, written = text[start:end], line[start:end]
        kind = next((kind for kind, pattern in _KINDS if pattern.match(token)), "")
        is_sent = (is_sent and not kind) or token.startswith("发自")
        if kind not in ("", "both"):
            found.append((kind, written))
        elif is_sent and re.fullmatch(f"[{HAN}]{{2,8}}", token):
            continue  # a place, or another one: 发自北京、上海
        elif is_name(token) and not _NO_NAME.search(token):
            found.append(("name", tidy(written)))
        elif kind:
            found.append((kind, written))
        elif glued := _role_and_name(token):
            found += [("role", written[: glued[0]]), ("name", written[slice(*glued)])]
            if token[-1] in "文图摄" and glued[1] == len(token) - 1:
                found.append(("text" if token[-1] == "文" else "picture", written[-1]))
        elif token[-1] in "文图摄" and is_name(token[:-1]) and not (token[-1] == "文" and len(places) == 1):
            found += [("name", written[:-1]), ("text" if token[-1] == "文" else "picture", written[-1])]
        elif found and token[0] in "图摄圖攝" and is_name(token[1:]):
            found += [("picture", written[0]), ("name", tidy(written[1:]))]
        elif _PLACE_ONLY.match(token):
            while found and found[-1][0] == "name" and not is_name(found[-1][1]):
                found.pop()  # a place: 溪口、南浦报道
        elif found and _LOOSE.match(token) and not _NO_NAME.search(token):
            found.append(("name", written))
        else:
            return None
    return found


def _among_facts(line: str) -> Byline | None:
    """The authors in a line of facts (作者：… 来源：…): none where it names none; None for other lines."""
    text = plain(line)
    facts = {found["label"]: line[slice(*found.span("value"))] for found in _FACTS.finditer(text)}
    labels = {label for label in facts if not any(pattern.match(label) for _, pattern in _KINDS)}
    wrote = [label for label in facts if _WRITER.match(label)]
    if not (labels and wrote) or not _FACTS.match(text) or find_date(line):
        return None
    named = [
        names_in(facts[label]) or (_pen_name(facts[label]) if label in "作者撰文" else None)
        for label in wrote
    ]
    return Byline("、".join(filter(None, named)) or None)


def _pen_name(name: str) -> str | None:
    """What can be a name without a known surname, or None."""
    word = plain(name)
    inside = word[0] + word[2] if len(word) == 3 and word[1] == "之" else word  # 之 is in names
    return name if _LOOSE.match(word) and not (_NO_NAME.search(inside) or _PAPER.match(word)) else None


def _role_and_name(token: str) -> tuple[int, int] | None:
    """Where a name begins and ends that follows its role without a space, a place behind it or not."""
    if role := _ROLE_BEGINS.match(token):
        for length in (3, 2, 4):
            end = role.end() + length
            if end <= len(token) and is_name(token[role.end() : end]) and _PLACE_ENDS.match(token[end:]):
                return role.end(), end
    return None


def _labelled(line: str) -> Byline | None:
    """A line made of labels and names only."""
    for glued in reversed(list(_GLUED_ROLES.finditer(plain(line)))):
        line = f"{line[: glued.end()]} {line[glued.end() :]}"
    found = _tokens(line)
    if not found or found[0][0] == "editor" or not {"role", "text", "picture", "both"} & dict(found).keys():
        return None
    colon = bool(_LABEL.match(plain(line)))
    names = [name for what, name in found if what == "name"]
    spoken = not colon and bool(_SPOKEN.match(plain(line)))  # an interview: 记者：您好
    if not names or (not all(map(is_name, names)) and (spoken or not (colon or found[0][0] == "role"))):
        return None
    return _assign(found)


def _assign(found: list[tuple[str, str]]) -> Byline | None:
    """Give each name its work: a role is before its names, 文 and 图 after them where one of them ends the
    line."""
    kinds = [what for what, _ in found]
    follow = kinds[-1] in ("text", "picture")
    both = set(kinds[:2]) == {"text", "picture"}
    writers: list[str] = []
    others: list[str] = []
    work = "role"
    for place, (what, name) in enumerate(found):
        if what != "name":
            work = what if what in ("role", "editor") or not follow else work
            continue
        named = work
        if follow and work != "editor":
            after = re.match("(?:name )*((?:text |picture )*)", " ".join([*kinds[place + 1 :], ""]))
            named = "picture" if after and after[1] and "text" not in after[1] else "text"
        if named != "editor":
            (others if named == "picture" and not both else writers).append(name)
    names = list(dict.fromkeys(writers or others))
    pictures = "picture" in kinds or "both" in kinds
    return Byline("、".join(names), pictures=pictures, wrote=bool(writers)) if names else None


@lru_cache(maxsize=1 << 12)
def byline(line: str) -> Byline | None:
    """What a line says that is a byline by its labels, or None. At most 60 characters."""
    if "](http" in line:
        return byline(_LINKED.sub("\\1", line).strip()) if len(line) <= _LONGEST_LINK else None
    if len(line) > _LONGEST:
        return None
    if line.startswith(("【作者】", "[作者]")) and (facts := _BRACKETED_LABEL.sub(" \\1：", line)) != line:
        return byline(facts.strip())
    text = plain(line)
    if not (_HINT.search(text) or line[0] in _LEADS or text[-1] in _ENDS or _FOOTNOTE.search(text)):
        between = line[0] == line[-1] and not line[0].isalnum() and line[0] not in _QUOTES
        names = names_in(line[1:-1].strip()) if between else None
        return Byline(names) if names else None
    if _DESK.match(text):
        return Byline(None)
    bare = _ORNAMENT.sub("", line)
    bare = unbracket(bare) or bare
    if _HOUSE.match(plain(bare)):
        return Byline(bare)
    if (found := _among_facts(line)) or (found := _labelled(bare)):
        return found
    for pattern in _PEN_NAMES:
        if pen := pattern.match(text):
            label = any(kind.match(pen["name"]) for _, kind in _KINDS) or _COUNTER.match(pen["name"])
            return None if label else Byline(line[slice(*pen.span("name"))])
    if (translated := _TRANSLATED.match(text)) and is_name(translated["name"]):
        return Byline(tidy(line[: translated.end("name")]) if translated["wrote"] else None)
    if (unmarked := _FOOTNOTE.sub(" ", bare)) != bare and (names := names_in(unmarked.strip())):
        return Byline(names)
    affiliated = _AFFILIATED.match(bare)
    if affiliated:
        own = has_institution(affiliated[2]) and bare != line
        own = own or (line[0] in _SIGNS and is_name(affiliated[1]))
        named = byline(line[: -len(bare)] + affiliated[1]) if own else _labelled(affiliated[1])
        where = None if _ACCOUNT.match(plain(affiliated[2])) else re.split("[，,\\s]", affiliated[2])[0]
        return Byline(named.author, where) if named else None
    if bare and bare != line and line[0] in _SIGNS and (names := names_in(bare) or names_in(tidy(bare))):
        return Byline(names)
    return lead_byline(line) if plain(bare)[-2:] in ("报导", "报道") else None


@lru_cache(maxsize=1 << 12)
def end_byline(line: str) -> Byline | None:
    """What a bracket at the end of a text says: （记者 …）, （作者单位：…）, （作者系… …）, or None."""
    inner = unbracket(line)
    if not inner:
        return None
    if where := _AFFILIATION.match(plain(inner)):
        place = inner[where.start("where") :].strip()
        named = office_and_name(place)
        return Byline(*named) if named else Byline(None, place)
    parts = re.split("[，,；;\\s\u3000]+", inner, maxsplit=1)
    if len(parts) == 2 and is_name(name := re.sub("^作者\\s*[:：]?\\s*", "", parts[0])):
        if where := _AFFILIATION.match(plain(parts[1])):
            return Byline(tidy(name), parts[1][where.start("where") :].strip())
        if inner.startswith("作者"):
            return Byline(tidy(name), parts[1].partition("。")[0].strip())
    return byline(inner) or office_line(inner, institutions=True)


def signed(line: str) -> Byline | None:
    """What a line of at most 66 characters says that is a byline in brackets or by its labels, or None."""
    return (end_byline(line) or byline(line)) if len(line) <= 66 else None


def office_line(line: str, *, institutions: bool = False, glued: bool = False) -> Byline | None:
    """What a line says that is an office and a name, in brackets or after a dash or not, or None."""
    bare = line[dash_length(line) :]
    named = office_and_name(unbracket(bare) or bare, institutions=institutions, glued=glued)
    return Byline(*named) if named else None


def lead_byline(line: str) -> Byline | None:
    """The byline inside the beginning of a paragraph: 本报讯（记者 …）, 新华社…电（记者 …）, or None."""
    found = _LEAD.match(plain(line[:120])) if _ROLES_IN.search(line[:120]) else None
    if not found:
        return None
    group = next(name for name in ("inner", "stroke", "open", "colon") if found[name])
    said = re.sub("[／/].*$", "", line[slice(*found.span(group))]).strip()
    names = names_in(said) if group == "stroke" else None
    return _labelled(said) or (Byline(names) if names else None)


def tail_byline(line: str) -> Byline | None:
    """The byline in a bracket that ends a paragraph, or None."""
    found = _TAIL.search(line[-66:])
    if not found:
        return None
    if line[: -len(found[0])][-1:] in "。！？”" and (names := names_in(found[1].strip())):
        return Byline(names)
    return end_byline(f"（{found[1].strip()}）")


def is_wire(line: str) -> bool:
    """Whether a line begins as a report: 本报讯, 新华社北京4月1日电, 【本報專電】."""
    return line[0] in "本新中合路塔人【[（(［" and bool(_WIRE.match(plain(line[:30])))


def is_stamp(line: str) -> bool:
    """Whether a line is a date as a site gives it: with its time of day, or behind a label."""
    return web_dateline(line) is not None and bool(_STAMP.search(plain(line)))


@lru_cache(maxsize=1 << 10)
def web_dateline(line: str) -> tuple[tuple[str, bool], Byline | None] | None:
    """``((date, labelled), byline)`` of a line that holds a date, and beside it nothing but a source, names,
    counters and a paper's name; or None."""
    found = find_date(line) if len(line) <= 120 else None
    if found is None:
        return None
    if printed := _PRINTED.search(line):
        rest = line[: printed.start()].strip()
        signer = byline(rest) or office_line(rest, glued=True) or Byline(names_in(rest))
        return ((found[0], True), signer) if signer.author else None
    if glued_date := _GLUED_DATE.match(line):
        signers = names_in(line[glued_date.end() - 1 :])
        return (found[0], True), Byline(signers) if signers else None
    rest = _SPACED_NAME.sub("\\1\\2", _NOT_TEXT.sub(" ", found[1]))
    stamped = bool(_STAMP.search(plain(line))) and not _SENTENCE.search(line)
    label = ""
    names: list[str] = []
    bare: list[str] = []
    for piece in re.split("[\\s\u3000|｜丨/／,，、()（）\\[\\]【】]+", rest):
        for token in filter(None, re.split("(?<=[:：])", piece)):
            word = plain(token.rstrip(":："))
            if _WRITER.match(word) or _COUNTER.match(word):
                label = word
            elif token[-1] in ":：" and not stamped:
                return None
            elif token[-1] in ":：":
                label = word
            elif _WRITER.match(label):
                names += [token] if is_name(token) or (not names and _pen_name(token)) else []
            elif label or _PAPER.match(word) or _SMALL.fullmatch(word):
                label = "" if _PAPER.match(word) else label  # one source
            elif glued := _role_and_name(word):
                names.append(tidy(token[slice(*glued)]))
            elif is_name(word) and len(bare) < 3:
                bare.append(token)
            elif not stamped:
                sent = found[1].split()  # 何望渠 石桥札记 2024-01-29
                beside = len(sent) == 2 and is_name(sent[0]) and not _SENTENCE.search(line)
                return ((found[0], True), Byline(tidy(sent[0]))) if beside else None
            else:
                bare = [""]  # a word beside unknown text is not taken for a name
    names = names or [name for name in bare if bare[0]]
    return (found[0], True), Byline("、".join(map(tidy, names))) if names else None
