"""What each form of the query language means."""

from __future__ import annotations

import time

import pytest

from index.errors import QueryError
from index.query.nodes import (
    And,
    AnyCharacters,
    DateRange,
    Empty,
    Field,
    Near,
    Node,
    NoneOf,
    Not,
    OneCharacter,
    OneOf,
    Or,
    Pattern,
    Phrase,
    Run,
    Term,
)
from index.query.parse import parse
from index.requests import MAX_QUERY


def shape(node: Node) -> object:
    """The tree without places: a Term is its text, a Phrase its text in quotes, the rest tuples."""
    match node:
        case Term(text):
            return text
        case Phrase(text):
            return f"“{text}”"
        case Pattern(parts):
            return ("pattern", *parts)
        case Near(left, right, distance):
            return ("near", shape(left), shape(right), distance)
        case Field(name, child):
            return (name, shape(child))
        case DateRange(first, last):
            return (first, last)
        case And(children):
            return ("and", *map(shape, children))
        case Or(children):
            return ("or", *map(shape, children))
        case Not(child):
            return ("not", shape(child))
        case Empty():
            return ()
        case _:
            raise AssertionError(node)


def tree(text: str) -> object:
    return shape(parse(text).root)


def codes(text: str) -> list[str]:
    return [problem.code for problem in parse(text).problems]


@pytest.mark.parametrize("quotes", ["“”", '""', "＂＂", "「」", "『』", "‘’", "«»", "｢｣", "〝〞"])
def test_every_form_of_quotes_makes_a_phrase(quotes: str) -> None:
    query = parse(f"{quotes[0]}派出所 所长{quotes[1]}")
    assert query.root == Phrase("派出所 所长", 0, 8)
    assert query.literal == query.root
    assert query.problems == ()


def test_quotes_of_another_kind_inside_quotes_are_text_of_the_phrase() -> None:
    assert tree("“他说『好』”") == "“他说『好』”"
    assert tree('"他说“好”"') == "“他说“好””"
    assert tree("“他说“好”了”") == "“他说“好”了”"


@pytest.mark.parametrize("query", ["“派出所", '派出所"', "「派出所”", "派出所』"])
def test_a_quote_without_a_partner_is_text_and_is_said(query: str) -> None:
    root = parse(query).root
    assert isinstance(root, Term)
    assert root.text.strip('“"「”』') == "派出所"
    assert set(codes(query)) == {"quote_unclosed"}


def test_an_apostrophe_is_no_quote() -> None:
    assert tree("don’t") == "don’t"
    assert codes("don’t") == []


@pytest.mark.parametrize("blank", [" ", "\u3000", "\t", "\n", "\u00a0", " AND ", "　ＡＮＤ　"])
def test_words_with_white_space_or_and_between_them_are_all_wanted(blank: str) -> None:
    assert tree(f"派出所{blank}所长") == ("and", "派出所", "所长")


@pytest.mark.parametrize("bar", [" OR ", " ＯＲ ", "|", "｜", " | ", "||"])
def test_alternatives_have_or_or_a_bar_between_them(bar: str) -> None:
    assert tree(f"派出所{bar}所长") == ("or", "派出所", "所长")


@pytest.mark.parametrize("word", ["or", "Or", "ORacle", "and", "not", "near"])
def test_operators_are_upper_case_words_of_their_own(word: str) -> None:
    assert tree(f"甲 {word} 乙") == ("and", "甲", word, "乙")


@pytest.mark.parametrize("sign", ["-", "－", "NOT ", "ＮＯＴ ", "NOT　"])
def test_not_is_a_word_or_one_dash_before_a_word(sign: str) -> None:
    assert tree(f"派出所 {sign}所长") == ("and", "派出所", ("not", "所长"))
    assert tree(f"({sign}所长) 派出所") == ("and", ("not", "所长"), "派出所")
    assert tree(f"{sign}“所长”") == ("not", "“所长”")
    assert tree(f"{sign}（甲 乙）") == ("not", ("and", "甲", "乙"))
    assert tree(f"{sign}标题：甲") == ("not", ("title", "甲"))


@pytest.mark.parametrize(
    "text", ["3-5", "正-反", "甲——乙", "——甲", "甲 ——乙", "--甲", "甲－", "“甲”-乙", "甲 -，乙"]
)
def test_a_dash_in_prose_excludes_nothing(text: str) -> None:
    assert "not" not in str(tree(text))


def test_a_dash_alone_is_nothing() -> None:
    assert tree("甲 - 乙") == ("and", "甲", "乙")
    assert tree("-") == ()


def test_not_binds_tighter_than_near_near_than_a_space_and_a_space_than_or() -> None:
    assert tree("甲 乙 NEAR/3 丙 OR 丁 -戊") == (
        "or",
        ("and", "甲", ("near", "乙", "丙", 3)),
        ("and", "丁", ("not", "戊")),
    )


def test_parentheses_group_and_may_be_full_width() -> None:
    assert tree("(甲 OR 乙) 丙") == ("and", ("or", "甲", "乙"), "丙")
    assert tree("（甲 OR （乙 丙）） 丁") == ("and", ("or", "甲", ("and", "乙", "丙")), "丁")
    assert tree("((甲))") == "甲"


@pytest.mark.parametrize("text", ["(甲", "甲)", "（甲", "甲）", "1) 甲"])
def test_a_parenthesis_without_a_partner_is_text_and_is_said(text: str) -> None:
    assert codes(text) == ["parenthesis_unbalanced"]
    assert "甲" in str(tree(text))


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("title", "title"),
        ("Title", "title"),
        ("标题", "title"),
        ("標題", "title"),
        ("section", "section"),
        ("小标题", "section"),
        ("小標題", "section"),
        ("author", "author"),
        ("作者", "author"),
    ],
)
@pytest.mark.parametrize("colon", [":", "：", ": ", "：　"])
def test_a_field_has_a_known_name_and_a_colon(name: str, field: str, colon: str) -> None:
    assert tree(f"{name}{colon}姚天民") == (field, "姚天民")
    assert tree(f"{name}{colon}“姚天民”") == (field, "“姚天民”")
    assert tree(f"{name}{colon}(甲 OR 乙) 丙") == ("and", (field, ("or", "甲", "乙")), "丙")


@pytest.mark.parametrize("text", ["鲁迅：呐喊", "本文作者：姚天民", "12:30", "http://a.b", "甲title:乙"])
def test_a_colon_behind_anything_else_is_punctuation(text: str) -> None:
    assert tree(text) == text


def test_a_field_without_a_value_is_text_and_is_said() -> None:
    assert tree("作者：") == "作者"
    assert codes("作者：") == ["field_empty"]
    assert tree("作者： OR 甲") == ("or", "作者", "甲")


def test_a_field_in_a_field_counts_alone_and_is_said() -> None:
    assert tree("title:(甲 author:乙)") == ("and", ("title", "甲"), ("author", "乙"))
    assert codes("title:(甲 author:乙)") == ["field_nested"]


@pytest.mark.parametrize("tilde", ["~", "～"])
def test_nearness_of_the_words_in_quotes(tilde: str) -> None:
    assert tree(f"“甲 乙”{tilde}10") == ("near", "“甲”", "“乙”", 10)
    assert tree(f"“甲　乙 丙”{tilde}１０") == ("near", ("near", "“甲”", "“乙”", 10), "“丙”", 10)
    assert codes(f"“甲乙”{tilde}10") == ["near_one_word"]
    assert tree(f"“甲乙”{tilde}10") == "“甲乙”"


def test_nearness_as_an_operator() -> None:
    assert tree("甲 NEAR/10 乙") == ("near", "甲", "乙", 10)
    assert tree("甲 ＮＥＡＲ／３ 乙") == ("near", "甲", "乙", 3)
    assert tree("甲 NEAR 乙") == ("near", "甲", "乙", 10)
    assert tree("甲 NEAR 乙 NEAR/2 丙") == ("near", ("near", "甲", "乙", 10), "丙", 2)
    assert tree("甲 NEAR (乙 OR “丙”)") == ("near", "甲", ("or", "乙", "“丙”"), 10)


def test_nearness_is_distributed_over_what_has_no_places() -> None:
    assert tree("(甲 乙) NEAR/3 丙") == ("and", ("near", "甲", "丙", 3), ("near", "乙", "丙", 3))
    assert tree("甲 NEAR/3 (乙 -丙)") == ("and", ("near", "甲", "乙", 3), ("not", ("near", "甲", "丙", 3)))
    assert tree("NOT 甲 NEAR/3 乙") == ("not", ("near", "甲", "乙", 3))
    assert tree("甲 NEAR title:乙") == ("and", "甲", ("title", "乙"))
    assert codes("甲 NEAR title:乙") == ["near_not_text"]


def test_wildcards_have_a_character_of_the_run_behind_them() -> None:
    assert tree("派?所") == ("pattern", Run("派"), OneCharacter(), Run("所"))
    assert tree("派*长") == ("pattern", Run("派"), AnyCharacters(), Run("长"))
    assert tree("?所") == ("pattern", OneCharacter(), Run("所"))
    assert tree("派**?长") == ("pattern", Run("派"), AnyCharacters(), OneCharacter(), Run("长"))


@pytest.mark.parametrize("text", ["真的吗?", "真的吗？", "吗??", "派*", "派？所", "派＊长", "吗?，好", "*"])
def test_a_mark_that_ends_a_question_is_punctuation(text: str) -> None:
    assert "pattern" not in str(tree(text))


def test_a_star_before_a_word_is_said_to_do_nothing() -> None:
    assert tree("*长") == "长"
    assert codes("*长") == ["wildcard_first"]


def test_alternatives_within_a_run() -> None:
    assert tree("派[出|入]所") == ("pattern", Run("派"), OneOf((Run("出"), Run("入"))), Run("所"))
    assert tree("派［出｜入］所") == ("pattern", Run("派"), OneOf((Run("出"), Run("入"))), Run("所"))


def test_a_run_that_must_not_continue() -> None:
    assert tree("舍利[^弗]") == ("pattern", Run("舍利"), NoneOf((Run("弗"),)))
    assert tree("舍利[^弗|子]") == ("pattern", Run("舍利"), NoneOf((Run("弗"), Run("子"))))
    assert tree("[^大]舍利") == ("pattern", NoneOf((Run("大"),)), Run("舍利"))
    assert tree("舍利[^弗]，") == ("pattern", Run("舍利"), NoneOf((Run("弗"),)))
    assert tree("“甲”，[^大]舍利") == ("and", "“甲”", ("pattern", NoneOf((Run("大"),)), Run("舍利")))
    assert tree("舍[^弗]利") == ("pattern", Run("舍"), OneCharacter(), Run("利"))
    assert codes("舍[^弗]利") == ["set_inside"]


@pytest.mark.parametrize("text", ["[1]", "派出所[1]", "[甲]", "派[出|所", "[]", "[|]"])
def test_brackets_of_prose_are_text(text: str) -> None:
    assert "pattern" not in str(tree(text))


def test_an_operator_with_nothing_to_connect_is_left_out_and_said() -> None:
    assert tree("甲 OR") == "甲"
    assert codes("甲 OR") == ["operator_alone"]
    assert tree("OR 甲") == "甲"
    assert tree("甲 NEAR") == "甲"
    assert tree("甲 NOT") == "甲"
    assert tree("甲 OR OR 乙") == ("or", "甲", "乙")


@pytest.mark.parametrize("text", ["OR", "NOT", "AND OR", "|"])
def test_a_query_of_operators_alone_is_text_and_this_is_said(text: str) -> None:
    assert tree(text) == text
    assert codes(text) == ["operator_text"]


@pytest.mark.parametrize("text", ["", " ", "　", "。", "——", """“”""", "()", "（ ）", "\x00", "\u200b"])
def test_nothing_asked_for_is_empty(text: str) -> None:
    assert parse(text).root == Empty()
    assert parse(text).literal is None


def test_in_exact_nothing_is_an_operator() -> None:
    text = "“甲” OR -乙 title:丙?丁"
    query = parse(text, "exact")
    assert query.root == query.literal == Phrase(text, 0, len(text))
    assert query.problems == ()


@pytest.mark.parametrize(
    "text", ["派出所 所长", "他说：“你好”，走了。", "姚天民（所长）", "(甲", "3-5 名", "真的吗?", "“甲”“乙”"]
)
def test_the_literal_run_of_prose_is_all_of_it(text: str) -> None:
    assert parse(text).literal == Term(text, 0, len(text))


@pytest.mark.parametrize(
    "text",
    ["甲 OR 乙", "甲 AND 乙", "甲 -乙", "派?所", "title:甲", "“甲 乙”~3", "甲 NEAR 乙", "甲|乙", "date:1949"],
)
def test_a_query_with_an_operator_has_no_literal_run(text: str) -> None:
    assert parse(text).literal is None


def test_places_are_of_the_query_as_typed() -> None:
    query = parse("　甲 作者：「乙丙」 派?所")
    assert isinstance(query.root, And)
    term, field, pattern = query.root.children
    assert (term, field) == (Term("甲", 1, 2), Field("author", Phrase("乙丙", 6, 10), 3, 10))
    assert isinstance(pattern, Pattern)
    assert (pattern.start, pattern.end) == (11, 14)


def test_each_problem_is_said_in_english_and_in_chinese() -> None:
    (problem,) = parse("“甲").problems
    assert (problem.start, problem.end) == (0, 1)
    assert problem.message == "The quote “ is not closed; it was read as text."
    assert problem.said("zh") == "引号 “ 没有配对，按普通文字处理。"


def test_a_query_over_the_limit_is_refused_with_a_hint() -> None:
    parse("甲" * MAX_QUERY)
    with pytest.raises(QueryError, match="1,000") as caught:
        parse("甲" * (MAX_QUERY + 1))
    assert caught.value.hint


@pytest.mark.parametrize(
    "text",
    ["(" * 500 + "甲" + ")" * 499, "（" * 500, "title:" * 160 + "甲", "-(" * 400 + "甲"],
)
def test_nesting_over_the_limit_is_refused_with_a_hint(text: str) -> None:
    with pytest.raises(QueryError, match="more than 50 deep") as caught:
        parse(text)
    assert caught.value.hint
    assert parse("(" * 50 + "甲" + ")" * 50).root == Term("甲", 50, 51)


def test_a_hundred_thousand_characters_are_refused_in_milliseconds() -> None:
    begin = time.process_time()
    with pytest.raises(QueryError):
        parse("(甲 OR “乙” " * 12_500)
    assert time.process_time() - begin < 0.05
