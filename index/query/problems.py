"""What the parser says of a part of a query, in English and in Chinese."""

from __future__ import annotations

from index.query.nodes import Problem

MESSAGES: dict[str, tuple[str, str]] = {
    "quote_unclosed": (
        "The quote {0} is not closed; it was read as text.",
        "引号 {0} 没有配对，按普通文字处理。",
    ),
    "quote_empty": ("There is nothing between these quotes.", "引号里没有内容。"),
    "parenthesis_unbalanced": (
        "The parenthesis {0} has no partner; it was read as text.",
        "括号 {0} 没有配对，按普通文字处理。",
    ),
    "parenthesis_empty": ("There is nothing between these parentheses.", "括号里没有内容。"),
    "operator_alone": (
        "{0} has nothing to connect here; it was left out.",
        "{0} 前后缺少检索词，已忽略。",
    ),
    "operator_text": (
        "There is nothing for {0} to connect; it was read as text.",
        "{0} 前后缺少检索词，按普通文字处理。",
    ),
    "field_empty": (
        "Nothing to look for follows {0}; it was read as text.",
        "{0} 后面没有检索词，按普通文字处理。",
    ),
    "field_nested": (
        "A field inside a field: only {0} counts here.",
        "字段里又有字段，此处只按 {0} 检索。",
    ),
    "near_one_word": (
        "Nearness needs two words with a space between them; this was read as a phrase.",
        "邻近检索的引号里需要用空格隔开的两个词，此处按短语处理。",
    ),
    "near_not_text": (
        "NEAR is for words of the text; both sides are wanted, at any distance.",
        "NEAR 只用于正文中的词，此处两边都要有，距离不限。",
    ),
    "near_too_many": (
        "Too many words are to be near each other; these are wanted at any distance.",
        "邻近检索的词太多，此处都要有，距离不限。",
    ),
    "wildcard_first": (
        "* at the start of a word finds nothing more; it was left out.",
        "词首的 * 不起作用，已忽略。",
    ),
    "set_inside": (
        "[^…] counts at the start or the end of a word only; here any character is taken.",
        "[^…] 只能放在词首或词尾，此处不限定是什么字。",
    ),
    "date_unknown": (
        "{0} was not understood as a date; it was left out. Write 1949, 1949-10, 1949..1956, "
        "光绪二十四年, 光绪戊戌 or 光绪.",
        "日期 {0} 无法识别，已忽略。可写作 1949、1949-10、1949..1956、光绪二十四年、光绪戊戌 或 光绪。",
    ),
    "date_reversed": (
        "This range ends before it begins; it was turned round.",
        "日期范围前后颠倒，已对调。",
    ),
    "era_year_missing": (
        "{0} had {1} years; it was left out.",
        "{0} 只有 {1} 年，已忽略。",
    ),
    "era_cycle_missing": (
        "{0} had no year {1}; it was left out.",
        "{0} 没有 {1} 年，已忽略。",
    ),
    "date_cycle": (
        "{0} comes every sixty years; it was left out. Write its reign too (光绪戊戌), or the year.",
        "{0} 每六十年一次，已忽略。请在前面写上年号，如 光绪戊戌，或写公元年份。",
    ),
    "era_ambiguous": (
        "{0} names several eras; all of them are searched. They are: {1}.",
        "年号“{0}”不止一个，都会检索：{1}。",
    ),
    "no_dates": (
        "No document of this archive has a date, so that none is found by one.",
        "卷宗里的文献都没有日期，按日期检索不会有结果。",
    ),
    "none_dated": (
        "What the rest of the query finds stands in documents without a date.",
        "符合其余条件的段落，所在的文献都没有日期。",
    ),
    "no_such_document": (
        "No document has the id {0}, which the filter asks for.",
        "没有编号是“{0}”的文献，请检查筛选条件。",
    ),
    "no_such_author": (
        "No text is by the author {0}, whom the filter asks for.",
        "没有作者是“{0}”的文字，请检查筛选条件。",
    ),
    "no_such_collection": (
        "There is no folder {0}, which the filter asks for.",
        "没有“{0}”这个目录，请检查筛选条件。",
    ),
    "no_such_year": (
        "No document is of the year {0}, which the filter asks for.",
        "没有 {0} 年的文献，请检查筛选条件。",
    ),
    "word_cut_again": (
        "{0} stands nowhere in the archive; it was searched for as {1}.",
        "“{0}”在卷宗中没有出现，改按“{1}”检索。",
    ),
}


def problem(code: str, start: int, end: int, *values: str) -> Problem:
    """The Problem ``code`` at ``start`` to ``end`` of the query, its messages filled with ``values``."""
    english, chinese = MESSAGES[code]
    return Problem(start, end, english.format(*values), code, chinese.format(*values))
