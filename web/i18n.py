"""The words of the pages, in Chinese and in English. Chinese is the default."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias, get_args

from msgspec import Struct

Language: TypeAlias = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

# Key: Chinese, English. In English, "one|many" is chosen by ``n``.
MESSAGES: Mapping[str, tuple[str, str]] = {
    # every page
    "site.name": ("卷宗", "Juanzong"),
    "site.tagline": ("中文全文档案", "a full-text archive of Chinese texts"),
    "skip": ("跳到正文", "Skip to the content"),
    "switch": ("English", "中文"),
    "nav.browse": ("目录", "Browse"),
    "nav.help": ("用法", "Help"),
    "nav.label": ("本站", "This site"),
    "search.label": ("检索", "Search"),
    "search.placeholder": ("输入任意词句", "Any word or sentence"),
    "search.button": ("检索", "Search"),
    "scope.collection": ("只在目录“{value}”里检索", "Search only in the folder {value}"),
    "scope.author": ("只检索 {value} 的文字", "Search only what {value} wrote"),
    "scope.year": ("只检索 {value} 年的文献", "Search only documents of {value}"),
    "scope.document": ("只在文献“{value}”里检索", "Search only in the document {value}"),
    "keys.search": ("跳到检索框", "go to the search box"),
    "keys.next": ("下一处", "next hit"),
    "keys.previous": ("上一处", "previous hit"),
    "keys.title": ("快捷键", "Keys"),
    "keys.off": ("停用快捷键", "Turn keys off"),
    "keys.on": ("启用快捷键", "Turn keys on"),
    "more": ("另有 {n} 项", "{n} more"),
    "pages.label": ("分页", "Pages"),
    "pages.previous": ("上一页", "Previous page"),
    "pages.next": ("下一页", "Next page"),
    "pages.at": ("第 {page} 页，共 {pages} 页", "Page {page} of {pages}"),
    # home
    "home.documents": ("篇文献", "document|documents"),
    "home.passages": ("个段落", "passage|passages"),
    "home.characters": ("字", "character|characters"),
    "home.built": ("最近建库", "Last built"),
    "home.left_out": (
        "{n} 个文件未能完整收录",
        "{n} file could not be read, or only partly|{n} files could not be read, or only partly",
    ),
    "home.all_read": ("全部内容均已收录", "everything could be read"),
    "home.examples": ("例如", "For example"),
    "home.folders": ("按目录浏览", "By folder"),
    "home.authors": ("按作者浏览", "By author"),
    "home.all": ("全部 {n} 项", "all {n}"),
    "home.all_documents": ("全部文献", "All documents"),
    "home.no_folders": ("文献都在最上层。", "All documents are at the top."),
    "home.no_authors": ("没有已知的作者。", "No author is known."),
    "home.empty": ("这个档案里还没有文献。", "There is no document in this archive yet."),
    # results
    "results.title": ("{query} — 检索结果", "{query}: results"),
    "results.understood": ("理解为", "Understood as"),
    "results.passages": ("个段落", "passage|passages"),
    "results.documents": ("篇文献", "document|documents"),
    "results.places": ("处", "place|places"),
    "results.forms": ("写作", "written"),
    "results.count_places": ("数一数有多少处", "count the places"),
    "results.complete": ("全部统计（约 {n} 秒）", "exact numbers (about {n} s)"),
    "results.took": ("用时 {ms} 毫秒", "{ms} ms"),
    "results.match": ("匹配", "Match"),
    "match.auto": ("智能", "Auto"),
    "match.exact": ("原句", "Exact"),
    "match.all": ("全部词", "All words"),
    "match.any": ("任一词", "Any word"),
    "match.auto.about": (
        "含有原句的段落在前，其次是含有全部词的段落",
        "Passages with the literal run first, then those with every word",
    ),
    "match.exact.about": ("逐字含有所输入的文字", "Passages that hold what you typed, literally"),
    "match.all.about": ("含有每一个词", "Passages with every word"),
    "match.any.about": ("含有其中一部分", "Passages that share something with the query"),
    "results.within": ("同现", "Together"),
    "within.title": ("段落及标题", "Passage and title"),
    "within.title.about": (
        "段落里至少有一个词，其余可在标题、小标题或署名里",
        "At least one word in the passage, the others there or in its title, headings or byline",
    ),
    "within.passage": ("同段", "Passage"),
    "within.passage.about": ("各词在同一段落里", "All words in the same passage"),
    "within.section": ("同节", "Section"),
    "within.section.about": ("各词在同一节里", "All words in the same section"),
    "within.document": ("同篇", "Document"),
    "within.document.about": ("各词在同一篇文献里", "All words in the same document"),
    "results.words": ("单独检索各词的段落数：", "Passages with each word alone:"),
    "results.sort": ("排序", "Sort"),
    "sort.relevance": ("相关", "Relevance"),
    "sort.date": ("日期", "Date"),
    "sort.order": ("原序", "Archive order"),
    "results.options": ("写法", "Forms"),
    "option.written": ("按原字形", "As written"),
    "option.written.about": ("不把繁简、异体字看作同一个字", "Do not take variant forms for one another"),
    "option.across": ("跨标点", "Across punctuation"),
    "option.across.about": ("标点不隔断词句", "Punctuation does not stand in the way"),
    "results.filters": ("筛选", "Filters"),
    "results.to_filters": ("筛选结果 ↓", "Filters ↓"),
    "results.active": ("已选", "Chosen"),
    "results.remove": ("去掉：{name}", "Remove: {name}"),
    "results.clear": ("全部去掉", "Remove all"),
    "facet.by": ("数字为", "Numbers are"),
    "facet.by.passages": ("段落数", "passages"),
    "facet.by.occurrences": ("出现次数", "occurrences"),
    "facet.by.documents": ("文献数", "documents"),
    "facet.year": ("年份", "Year"),
    "facet.author": ("作者", "Author"),
    "facet.collection": ("目录", "Folder"),
    "facet.document": ("文献", "Document"),
    "facet.most": ("前 {n} 项（共 {number} 项）", "the first {n} of {number}"),
    "results.relaxed": (
        "没有段落含有全部的词，以下段落含有其中一部分。",
        "No passage has every word; these share something with the query.",
    ),
    "results.partial": (
        "另有 {n} 个段落只含其中一部分",
        "{n} further passage shares only a part of it|{n} further passages share only a part of it",
    ),
    "results.download": ("下载全部结果", "Download the whole result"),
    "export.csv": (
        "每处一行，附前后文，可用表格软件打开",
        "A row for each place with what stands around it, for spreadsheets",
    ),
    "export.ndjson": ("每段一行，供程序使用", "A line for each passage, for programs"),
    "results.download.most": (
        "结果不超过 {n} 个段落时可在此下载；在终端没有限制：",
        "Up to {n} passages can be downloaded here; a terminal has no limit:",
    ),
    "results.partial.show": ("查看", "Show"),
    "results.problems": ("这一部分没有照字面理解：", "A part of the query was not taken as it stands:"),
    "results.tier.all": ("以下段落含有全部的词", "These passages have every word"),
    "results.across": (
        "不计标点，有 {n} 段含有此句。",
        "Not counting punctuation, {n} passage holds this.|Not counting punctuation, {n} passages hold this.",
    ),
    "results.meant": ("是否要查：", "Did you mean:"),
    "results.whole": ("全段", "Whole passage"),
    "results.around": ("前后文", "Before and after"),
    "results.read": ("在全文中阅读", "Read in place"),
    "results.link": ("本段的固定链接", "Lasting link to this passage"),
    "results.list": ("段落", "Passages"),
    "none.title": ("没有找到", "Nothing found"),
    "none.beyond": ("这一页已经超出结果的末尾。", "This page is beyond the last result."),
    "none.first": ("回到第一页", "To the first page"),
    "none.filters": ("去掉筛选条件再检索", "Search again without the filters"),
    "none.within": ("不限于在一起出现", "Look for the words in titles and headings too"),
    "none.any": ("改查含有其中一部分的段落", "Look for passages that share something with it"),
    "none.auto": ("不限于原句，按词检索", "Search by words, not by the literal run"),
    "none.across": ("忽略标点再检索", "Search across punctuation"),
    "none.written": ("把繁简、异体字看作同一个字", "Take variant forms for one another"),
    "none.shorter": (
        "把词句改短，或在词之间加一个空格。",
        "Make it shorter, or put a space between the words.",
    ),
    "none.examples": ("这里能找到的，例如：", "What can be found here, for example:"),
    # kinds of pieces
    "kind.title": ("标题", "Title"),
    "kind.deck": ("副题", "Deck"),
    "kind.byline": ("署名", "Byline"),
    "kind.heading": ("小标题", "Heading"),
    "kind.author": ("作者行", "Author line"),
    "kind.text": ("正文", "Text"),
    "kind.caption": ("图片说明", "Caption"),
    "kind.note": ("注", "Note"),
    "kind.page": ("页码", "Page mark"),
    # reading page
    "read.sections": ("本文各节", "Sections"),
    "read.lead": ("开篇", "Opening"),
    "read.hits": ("{n} 处", "{n} hit|{n} hits"),
    "read.find": ("在本文中查找", "Find in this text"),
    "read.find.button": ("查找", "Find"),
    "read.hit_bar": ("本文中的命中", "Hits in this text"),
    "read.found": ("“{query}”共 {n} 处", "“{query}”: {n} hit|“{query}”: {n} hits"),
    "read.none": ("本文中没有“{query}”", "“{query}” is not in this text"),
    "read.unmarked": (
        "这一部分命中太多，另有 {n} 处没有标出。",
        "There are so many hits in this part that {n} more are not marked.",
    ),
    "read.first": ("第一处", "First"),
    "read.previous": ("上一处", "Previous hit"),
    "read.next": ("下一处", "Next hit"),
    "read.clear": ("去掉标记", "Clear marks"),
    "read.back": ("回到检索结果", "Back to the results"),
    "read.passage": ("本段的固定链接", "Lasting link to this passage"),
    "read.no_picture": ("图片未收录", "Picture not included"),
    "read.derived": ("原文没有标题，以文件名代替", "The text has no title; this is the file's name"),
    "read.note": ("：", ": "),
    "read.author": ("作者", "Author"),
    "read.date": ("日期", "Date"),
    "read.path": ("文件", "File"),
    "read.encoding": ("编码", "Encoding"),
    "read.origin": ("来源", "Source"),
    "read.about": ("关于本文", "About this text"),
    "read.changes": (
        "整理时接合了 {joined} 处断行，移动了 {moved} 段",
        "Joined over line breaks: {joined}; moved: {moved}",
    ),
    "read.unchanged": ("按文件原样，没有接合或移动", "As in the file: nothing joined or moved"),
    "read.show_traces": ("在文中标出", "Show where"),
    "read.hide_traces": ("不再标出", "Hide"),
    "read.file_order": ("按文件的次序", "In the order of the file"),
    "read.reading_order": ("按阅读的次序", "In reading order"),
    "read.in_file_order": ("以下是文件原来的次序。", "This is the order of the file."),
    "read.joined": ("接合（{rule}）", "joined ({rule})"),
    "read.moved": ("移动（{rule}）", "moved ({rule})"),
    "read.moved_passage": (
        "打开的链接所指的段落后来有改动，或者它的文献换了名称。下面是接替它的段落。",
        "The passage that this link was made for has changed since, or its document has another name."
        " The passage below took its place.",
    ),
    "read.moved_document": (
        "打开的链接所指的文献后来换了名称，或者并入、分成了别的文献。这里是接替它的文献。",
        "The document that this link was made for has another name now, or was joined or divided."
        " This document took its place.",
    ),
    "read.joint": ("接合处", "joined here"),
    # browsing
    "browse.title": ("目录", "Browse"),
    "browse.folders": ("目录", "Folders"),
    "browse.authors": ("作者", "Authors"),
    "browse.documents": ("文献", "Documents"),
    "browse.top": ("最上层", "Top"),
    "browse.count": ("{n} 篇", "{n} document|{n} documents"),
    "browse.none": ("这里没有文献。", "There is no document here."),
    "browse.by": ("{author} 的文献", "Documents by {author}"),
    # left out
    "left.title": ("未收录的内容", "What could not be read"),
    "left.files": (
        "完整收录的文件 {whole} 个，收录了一部分的 {partly} 个，没有收录的 {not_read} 个。",
        "Files in the archive: {whole} whole, {partly} partly; {not_read} could not be read.",
    ),
    "left.reasons": ("没有收录的原因", "Why"),
    "left.more": ("其余 {n} 处", "{n} more|{n} more"),
    "left.unshown": (
        "还有 {n} 处这里列不下，请在终端查看：juanzong stats --report",
        "{n} more are not on this page; a terminal names all: juanzong stats --report",
    ),
    "left.none": ("全部内容均已收录。", "Everything could be read."),
    "left.notes": ("其他说明", "Other notes"),
    "left.notes.intro": (
        "以下各处没有因此缺少文字，但有需要留意之处。",
        "No text is missing because of these, but there is something to know.",
    ),
    "left.line": ("第 {line} 行", "line {line}"),
    # help
    "help.title": ("用法", "Help"),
    "help.intro": (
        "输入任意词句即可：一个字、一个词、一整句，繁体简体不拘。凡是文中有的，都能找到。",
        "Type any word or sentence: one character, a word, a whole sentence, in traditional or simplified "
        "characters. Whatever stands in a text is found.",
    ),
    "help.examples": (
        "例子里的词尽量取自这里的文献，点开可试；换成自己要找的词即可。",
        "Where possible the examples have words of the texts here; put your own in their place.",
    ),
    "help.form": ("写法", "Form"),
    "help.meaning": ("意思", "Meaning"),
    "help.word": ("含有这一串字的段落在前", "Passages with this run of characters come first"),
    "help.words": ("两个词都要有，次序不拘", "Both words, in any order"),
    "help.quotes": (
        "逐字含有引号里的文字；“ ”、「 」、『 』也可以",
        'What stands in quotes, literally; “ ”, 「 」 and 『 』 do as well as " "',
    ),
    "help.or": ("两者之一", "One of the two"),
    "help.not": ("要有前者，不要后者", "The first without the second"),
    "help.group": ("用括号分组", "Parentheses group"),
    "help.author": ("作者是他的文字", "What this author wrote"),
    "help.title_field": ("标题里有这个词", "The word is in the title"),
    "help.section_field": ("小标题里有这个词", "The word is in a heading"),
    "help.one": ("? 代表任意一个字", "? stands for any one character"),
    "help.many": ("* 代表若干个字，或没有", "* stands for some characters, or none"),
    "help.set": ("方括号里的任何一个", "Any one of those in brackets"),
    "help.without": ("后面紧接的不是这个字", "Not followed by this character"),
    "help.near": ("相距不超过十个字，次序不拘", "At most ten characters apart, in either order"),
    "help.date": ("日期在此范围内的文献", "Documents dated within this range"),
    "help.reign": (
        "也可以写年号；“光绪”就是光绪各年，date: 与“日期:”一样",
        "Reigns will do too, 光绪 alone being all its years; 日期: is the same as date:",
    ),
    "help.keys": ("键盘", "Keyboard"),
    "help.api": ("程序接口", "For programs"),
    "help.api.about": (
        "同样的结果可以用 JSON 取得：",
        "The same results as JSON:",
    ),
    # errors
    "error.400": ("这个请求看不懂", "This request is not understood"),
    "error.404": ("没有这一页", "There is no such page"),
    "error.405": ("这里不接受这种请求", "This kind of request is not accepted here"),
    "error.500": ("出错了", "Something went wrong"),
    "error.503": ("档案现在不能检索", "The archive cannot be searched now"),
    "error.document": (
        "这一段后来删去了，或者改得认不出了。它所在的文献还在：",
        "The passage was removed, or changed beyond recognition. Its document is still here:",
    ),
    "error.home": ("回到首页", "To the front page"),
}


class Translator(Struct, frozen=True):
    """The words of one language."""

    language: Language

    def __call__(self, key: str, **values: object) -> str:
        """The message of a key with its values filled in. KeyError for an unknown key."""
        message = MESSAGES[key][LANGUAGES.index(self.language)]
        if self.language == "en" and "|" in message:
            one, many = message.split("|")
            message = one if values.get("n") == 1 else many
        shown = {k: f"{v:,}" if type(v) is int and k == "n" else v for k, v in values.items()}
        return message.format(**shown) if shown else message


def language_of(name: str | None) -> Language | None:
    """The language of that name, or None where there is no such language."""
    return next((language for language in LANGUAGES if language == name), None)
