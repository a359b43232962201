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
    "site.tagline": ("中文全文检索", "a full-text archive of Chinese texts"),
    "skip": ("跳到正文", "Skip to the content"),
    "switch": ("English", "中文"),
    "nav.browse": ("浏览", "Browse"),
    "nav.help": ("帮助", "Help"),
    "nav.label": ("本站", "This site"),
    "search.label": ("检索", "Search"),
    "search.placeholder": ("输入任意词句", "Any word or sentence"),
    "search.button": ("检索", "Search"),
    "scope.collection": ("仅检索目录“{value}”", "Search only in the folder {value}"),
    "scope.author": ("仅检索 {value} 的文字", "Search only what {value} wrote"),
    "scope.year": ("仅检索 {value} 年的文献", "Search only documents of {value}"),
    "scope.document": ("仅检索文献“{value}”", "Search only in the document {value}"),
    "keys.search": ("跳到检索框", "go to the search box"),
    "keys.next": ("下一处", "next hit"),
    "keys.previous": ("上一处", "previous hit"),
    "keys.title": ("快捷键", "Keys"),
    "keys.off": ("停用快捷键", "Turn keys off"),
    "keys.on": ("启用快捷键", "Turn keys on"),
    "more": ("另有 {n} 项", "{n} more"),
    "pages.label": ("分页", "Pages"),
    "pages.end": ("页末分页", "Pages, at the end"),
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
    "home.no_folders": ("所有文献都不在子目录中。", "No document is in a folder."),
    "home.no_authors": ("暂无作者信息。", "No author is known."),
    "home.empty": ("本库尚无文献。", "This archive has no documents yet."),
    # results
    "results.title": ("{query} — 检索结果", "{query}: results"),
    "results.understood": ("理解为", "Understood as"),
    "results.passages": ("个段落", "passage|passages"),
    "results.documents": ("篇文献", "document|documents"),
    "results.places": ("处", "occurrence|occurrences"),
    "results.forms": ("原文字形", "As written in the texts"),
    "results.count_places": ("统计出现次数", "count occurrences"),
    "results.counting": (
        "已统计 {done} / {of} 段，出现 {n} 次",
        "{done} of {of} passages looked at, {n} occurrences",
    ),
    "results.counted": ("共 {passages} 个段落，出现 {n} 次", "{passages} passages, {n} occurrences"),
    "results.stop": ("停止", "Stop"),
    "results.complete": ("全部统计（约 {n} 秒）", "exact numbers (about {n} s)"),
    "results.took": ("用时 {ms} 毫秒", "{ms} ms"),
    "results.match": ("匹配方式", "Match"),
    "match.auto": ("默认", "Default"),
    "match.exact": ("完全匹配", "Exact phrase"),
    "match.all": ("全部词", "All words"),
    "match.any": ("部分匹配", "Partial match"),
    "match.auto.about": (
        "完全匹配的段落在前，其后是包含全部检索词的段落",
        "Passages with the exact phrase first, then those with every word",
    ),
    "match.exact.about": ("逐字包含输入的文字", "Passages that contain exactly what you typed"),
    "match.all.about": ("包含每一个检索词", "Passages with every word"),
    "match.any.about": ("包含检索词的一部分", "Passages that match a part of the query"),
    "results.within": ("共现范围", "Together"),
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
    "sort.relevance": ("相关度", "Relevance"),
    "sort.date": ("日期", "Date"),
    "sort.order": ("文献顺序", "Archive order"),
    "results.options": ("字形与标点", "Characters and punctuation"),
    "option.written": ("按原字形", "As written"),
    "option.written.about": (
        "不互认繁体、简体和异体字",
        "Do not match traditional, simplified or variant forms",
    ),
    "option.across": ("忽略标点", "Ignore punctuation"),
    "option.across.about": ("词句中间有标点也算匹配", "Match across punctuation"),
    "results.settings": ("检索设置", "Settings"),
    "results.filters": ("筛选", "Filters"),
    "results.active": ("已选", "Chosen"),
    "results.remove": ("取消：", "Remove: "),
    "results.clear": ("全部取消", "Remove all"),
    "facet.by": ("统计单位", "Count"),
    "facet.by.passages": ("段落数", "passages"),
    "facet.by.occurrences": ("出现次数", "occurrences"),
    "facet.by.documents": ("文献数", "documents"),
    "facet.year": ("年份", "Year"),
    "facet.author": ("作者", "Author"),
    "facet.collection": ("目录", "Folder"),
    "facet.source": ("来源", "Source"),
    "facet.document": ("文献", "Document"),
    "results.relaxed": (
        "没有包含全部检索词的段落，以下为部分匹配。",
        "No passage has every word. These are partial matches.",
    ),
    "results.partial": (
        "另有 {n} 段部分匹配",
        "{n} more partial match|{n} more partial matches",
    ),
    "results.download": ("下载全部结果", "Download all results"),
    "export.csv": (
        "每处一行，附上下文，可用电子表格软件打开",
        "One row for each occurrence, with its context, for spreadsheets",
    ),
    "export.ndjson": ("每段一行，供程序使用", "One line for each passage, for programs"),
    "results.download.most": (
        "此处最多下载 {n} 个段落；在终端导出没有限制：",
        "Up to {n} passages can be downloaded here. In a terminal there is no limit:",
    ),
    "results.partial.show": ("查看", "Show"),
    "results.problems": ("检索词已调整：", "The query was adjusted:"),
    "results.tier.all": ("以下段落包含全部检索词", "These passages contain every word"),
    "results.across": (
        "忽略标点，有 {n} 段匹配。",
        "{n} passage matches if punctuation is ignored.|{n} passages match if punctuation is ignored.",
    ),
    "results.meant": ("您要找的是不是：", "Did you mean:"),
    "results.whole": ("展开全段", "Whole passage"),
    "results.around": ("上下文", "Context"),
    "results.read": ("查看全文", "Open in full text"),
    "results.link": ("本段的永久链接", "Permanent link to this passage"),
    "results.list": ("检索结果", "Results"),
    "none.title": ("未找到结果", "Nothing found"),
    "none.beyond": ("这一页在最后一条结果之后。", "This page is beyond the last result."),
    "none.first": ("返回第一页", "Back to the first page"),
    "none.filters": ("取消筛选，重新检索", "Search again without the filters"),
    "none.within": ("不限共现范围", "Look for the words in titles and headings too"),
    "none.any": ("查看部分匹配的段落", "Show partial matches"),
    "none.auto": ("不限于完全匹配，改按词检索", "Search by words, not by the exact phrase"),
    "none.across": ("忽略标点，重新检索", "Ignore punctuation and search again"),
    "none.written": ("互认繁体、简体和异体字", "Match traditional, simplified and variant forms"),
    "none.shorter": (
        "请缩短检索词，或者在词与词之间加空格。",
        "Make the query shorter, or put spaces between its words.",
    ),
    "none.examples": ("不妨试试：", "You could try:"),
    # kinds of pieces
    "kind.title": ("标题", "Title"),
    "kind.deck": ("副标题", "Subtitle"),
    "kind.byline": ("报头", "Masthead"),
    "kind.heading": ("小标题", "Heading"),
    "kind.author": ("署名", "Byline"),
    "kind.text": ("正文", "Text"),
    "kind.caption": ("图片说明", "Caption"),
    "kind.note": ("注", "Note"),
    "kind.page": ("页码", "Page mark"),
    # reading page
    "read.sections": ("本文目录", "Contents"),
    "read.lead": ("开篇", "Opening"),
    "read.hits": ("{n} 处", "{n} occurrence|{n} occurrences"),
    "read.find": ("在本文中查找", "Find in this text"),
    "read.find.button": ("查找", "Find"),
    "read.hit_bar": ("本文中的匹配", "Matches in this text"),
    "read.found": ("“{query}”共 {n} 处", "“{query}”: {n} occurrence|“{query}”: {n} occurrences"),
    "read.none": ("本文中没有“{query}”", "“{query}” does not occur in this text"),
    "read.unmarked": (
        "这一部分匹配太多，另有 {n} 处未标出。",
        "This part has too many matches: {n} more are not marked.",
    ),
    "read.before": ("上一篇", "Previous document"),
    "read.after": ("下一篇", "Next document"),
    "read.beside": ("前后文献", "Documents before and after"),
    "read.original": ("下载原始文件", "Download the original file"),
    "copy": ("复制链接", "Copy link"),
    "copy.done": ("已复制", "Copied"),
    "read.first": ("第一处", "First"),
    "read.previous": ("上一处", "Previous hit"),
    "read.next": ("下一处", "Next hit"),
    "read.clear": ("清除标记", "Clear marks"),
    "read.back": ("返回检索结果", "Back to the results"),
    "read.passage": ("本段的永久链接", "Permanent link to this passage"),
    "read.no_picture": ("图片未收录", "Picture not included"),
    "read.derived": ("原文没有标题，以文件名代替", "The text has no title. This is the name of the file"),
    "read.note": ("：", ": "),
    "read.author": ("作者", "Author"),
    "read.date": ("日期", "Date"),
    "read.path": ("文件", "File"),
    "read.encoding": ("编码", "Encoding"),
    "read.affiliation": ("单位", "Affiliation"),
    "read.source": ("来源", "Source"),
    "read.edition": ("版本", "Edition"),
    "read.page": ("版面", "Page"),
    "read.language": ("语言", "Language"),
    "read.rights": ("权利", "Rights"),
    "read.type": ("文献类型", "Type"),
    "read.place": ("出版地", "Place"),
    "read.publisher": ("出版者", "Publisher"),
    "read.url": ("网址", "Address"),
    "cite": ("引用", "Cite"),
    "cite.title": ("引用：{title}", "Cite: {title}"),
    "cite.gbt7714-2025": ("GB/T 7714—2025", "GB/T 7714—2025"),
    "cite.gbt7714-2015": ("GB/T 7714—2015", "GB/T 7714—2015"),
    "cite.bibtex": ("BibTeX", "BibTeX"),
    "cite.ris": ("RIS（Zotero、EndNote、NoteExpress）", "RIS (Zotero, EndNote, NoteExpress)"),
    "cite.csl-json": ("CSL-JSON", "CSL-JSON"),
    "cite.plain": ("纯文本", "Plain text"),
    "cite.copy": ("复制", "Copy"),
    "cite.selection": ("复制所选文字及出处", "Copy the selection with its citation"),
    "cite.back": ("回到原文", "Back to the text"),
    "read.guessed": ("（据路径推断）", " (guessed from the path)"),
    "hit.page": ("页：{page}", "page {page}"),
    "read.about": ("关于本文", "About this text"),
    "read.changes": (
        "整理时合并断行 {joined} 处，调整段落位置 {moved} 处",
        "Lines joined: {joined}. Pieces moved: {moved}",
    ),
    "read.unchanged": ("与文件一致，没有合并断行或调整位置", "As in the file: nothing was joined or moved"),
    "read.show_traces": ("在文中标出", "Show where"),
    "read.hide_traces": ("取消标出", "Hide"),
    "read.file_order": ("按文件顺序显示", "Show in the order of the file"),
    "read.reading_order": ("按阅读顺序显示", "Show in reading order"),
    "read.in_file_order": ("以下按文件原有的顺序显示。", "This is the order of the file."),
    "read.joined": ("合并断行（{rule}）", "joined ({rule})"),
    "read.moved": ("调整位置（{rule}）", "moved ({rule})"),
    "read.moved_passage": (
        "链接所指的段落已有修改，或者所在文献已更名。以下是对应的段落。",
        "The passage that this link was made for has changed since, or its document has another name."
        " The passage below took its place.",
    ),
    "read.moved_document": (
        "链接所指的文献已更名、合并或拆分。这是对应的文献。",
        "The document that this link was made for has another name now, or was joined or divided."
        " This document took its place.",
    ),
    "read.joint": ("此处合并断行", "joined here"),
    # browsing
    "browse.title": ("浏览", "Browse"),
    "browse.folders": ("目录", "Folders"),
    "browse.authors": ("作者", "Authors"),
    "browse.documents": ("文献", "Documents"),
    "list.filter": ("筛选", "Filter"),
    "list.hint": ("汉字、拼音或首字母", "Characters, pinyin or initials"),
    "list.button": ("筛选", "Filter"),
    "list.by": ("排序", "Order"),
    "list.order": ("默认", "default"),
    "list.pinyin": ("拼音", "pinyin"),
    "list.strokes": ("笔画", "strokes"),
    "list.count": ("数量", "number"),
    "list.none": ("没有符合的名称。", "No name matches."),
    "list.rest": ("显示全部", "Show all"),
    "values.title": ("“{query}”的检索结果：{facet}", "Results for “{query}”: {facet}"),
    "values.back": ("检索结果", "Results"),
    "browse.top": ("全部", "All"),
    "browse.count": ("{n} 篇", "{n} document|{n} documents"),
    "browse.none": ("此处没有文献。", "There are no documents here."),
    "browse.by": ("{author} 的文献", "Documents by {author}"),
    # left out
    "left.title": ("未收录的内容", "What could not be read"),
    "left.files": (
        "文件完整收录 {whole} 个，部分收录 {partly} 个，未收录 {not_read} 个。",
        "Files in the archive: {whole} whole, {partly} in part. {not_read} could not be read.",
    ),
    "left.reasons": ("未收录的原因", "Why"),
    "left.more": ("其余 {n} 处", "{n} more|{n} more"),
    "left.unshown": (
        "另有 {n} 处未列出，请在终端查看：juanzong stats --report",
        "{n} more are not on this page; a terminal names all: juanzong stats --report",
    ),
    "left.none": ("全部内容均已收录。", "Everything could be read."),
    "left.notes": ("其他说明", "Other notes"),
    "left.notes.intro": (
        "以下各项没有造成缺字，但需要留意。",
        "No text is missing because of these, but they need your attention.",
    ),
    "left.line": ("第 {line} 行", "line {line}"),
    # help
    "help.title": ("使用帮助", "Help"),
    "help.intro": (
        "输入任意词句即可：一个字、一个词、一整句，繁简均可。凡文中出现的，都能找到。",
        "Type any word or sentence: one character, a word, a whole sentence, in traditional or simplified "
        "characters. Whatever occurs in a text is found.",
    ),
    "help.examples": (
        "示例中的词尽量取自本库文献，点击即可试用；换成自己要找的词即可。",
        "Where possible the examples use words of these texts. Put your own in their place.",
    ),
    "help.form": ("检索式", "Query"),
    "help.meaning": ("含义", "Meaning"),
    "help.word": ("完全匹配的段落在前", "Passages with this exact phrase come first"),
    "help.words": ("两个词都出现，顺序不限", "Both words, in any order"),
    "help.quotes": (
        "逐字匹配引号中的文字；“ ”、「 」、『 』均可",
        'Exactly what is in quotes; “ ”, 「 」 and 『 』 do as well as " "',
    ),
    "help.or": ("任一词出现即可", "One of the two"),
    "help.not": ("包含前者，不含后者", "The first without the second"),
    "help.group": ("用括号分组", "Parentheses group"),
    "help.author": ("该作者的文字", "What this author wrote"),
    "help.title_field": ("标题中包含该词", "The word is in the title"),
    "help.section_field": ("小标题中包含该词", "The word is in a heading"),
    "help.one": ("? 代表任意一个字符", "? stands for any one character"),
    "help.many": ("* 代表任意多个字符，也可以没有", "* stands for some characters, or none"),
    "help.set": ("方括号中的任意一个", "Any one of those in brackets"),
    "help.without": ("后面不是这个字", "Not followed by this character"),
    "help.near": ("相距不超过十个字，顺序不限", "At most ten characters apart, in either order"),
    "help.date": ("日期在此范围内的文献", "Documents dated within this range"),
    "help.reign": (
        "也可以用年号；“光绪”指光绪各年，date: 与“日期:”相同",
        "Reigns will do too, 光绪 alone being all its years; 日期: is the same as date:",
    ),
    "help.keys": ("键盘", "Keyboard"),
    "help.api": ("程序接口", "For programs"),
    "help.api.about": ("同样的结果也提供 JSON 格式：", "The same results as JSON:"),
    # errors
    "error.400": ("无法处理这个请求", "This request cannot be processed"),
    "error.404": ("页面不存在", "There is no such page"),
    "error.405": ("不支持这种请求", "This kind of request is not accepted here"),
    "error.500": ("出错了", "Something went wrong"),
    "error.503": ("暂时无法检索", "The archive cannot be searched now"),
    "error.document": (
        "这一段已删除，或者改动过大，无法对应。它所在的文献仍在：",
        "The passage was removed, or changed beyond recognition. Its document is still here:",
    ),
    "error.home": ("返回首页", "Back to the front page"),
}


class Translator(Struct, frozen=True):
    """The words of one language."""

    language: Language

    def known(self, key: str) -> str:
        """The message of a key; empty where there is none."""
        return self(key) if key in MESSAGES else ""

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
