"""Suggestions while a query is typed, and examples for the empty search page.

Suggested are the archive's own words that begin as what was typed last: by characters in any of their forms,
by pinyin, by initials, or by a mixture of these. The rest of the query stays as it was typed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import partial
from itertools import combinations, groupby, islice
from math import isqrt

from archive.store import StoredDocument
from archive.text.folding import kind
from index.analysis.normal import as_seen
from index.query.condition import AnyToken, TokenPhrase
from index.requests import MAX_QUERY, MAX_SUGGESTIONS, SearchRequest
from index.results import PassageCount
from index.search.ranking import frequencies
from index.search.searchable import Searchable
from index.suggestions.pinyin import Slot, may_be, parses, readings, spelled, starts
from index.suggestions.vocabulary import UNREAD, least

# What a word of a query may follow: white space, quotes, brackets, an operator, a field's colon.
_BEHIND = re.compile(r"""[\s"“”「」『』＂()（）|\[\]:：]|(?<!\S)[-－]""")
_LONGEST = 40  # characters of the last words that are looked at
_TAILS = 3
_FREQUENT = 400
_SPARE = 4  # words more than wanted, since some may be gone from the archive by now


def suggest(archive: Searchable, text: str, limit: int) -> tuple[PassageCount, ...]:
    """``Archive.suggest``."""
    limit = min(limit, MAX_SUGGESTIONS)
    typed = text.lstrip()
    if limit <= 0 or not typed or len(typed) > MAX_QUERY:
        return ()
    # Letters may all be the pinyin of one word, with blanks in it, else what comes last is.
    behind = [match.span() for match in _BEHIND.finditer(typed)]
    leading = 0
    for first, end in behind:
        leading = end if first == leading else leading
    latest = behind[-1][1] if behind else 0
    if "han" in map(kind, typed[leading:latest]):
        leading = latest  # 城关 pcs is two words
    for start in dict.fromkeys((leading, latest)):
        head, last = typed[:start], typed[start:]
        if found := completed(archive, last, limit) or _spelled_words(archive, last, limit):
            break
    else:
        found = _continued(archive, last, limit)
    if head:
        archive.snapshot.prefetch(*(partial(finds, archive, head + word) for word, _ in found))
        found = [(word, passages) for word, passages in found if finds(archive, head + word)]
    return tuple(PassageCount(head + word, passages) for word, passages in found if head + word != typed)


def completed(archive: Searchable, typed: str, limit: int) -> list[tuple[str, int]]:
    """The words that begin as ``typed``, as the archive writes them, each with its number of passages.

    Those come first of which all was typed, by their passages and how common they are, then those of the most
    passages.
    """
    complete: dict[str, bool] = {}
    for word, is_complete in _candidates(archive, typed, limit) if len(typed) <= _LONGEST else ():
        complete[word] = complete.get(word, False) or is_complete
    # Of words that sound alike the one that is common elsewhere is meant: dufu is 杜甫 rather than 督府.
    known = archive.analyzer.segmenter.words.frequency

    def order(word: str, passages: int) -> tuple[bool, int, str]:
        weight = isqrt(known(word) + 1) if complete[word] else 1
        return not complete[word], -passages * weight, word

    counted = frequencies(archive.snapshot, "words", complete)
    ranked = sorted(complete, key=lambda word: order(word, counted[word]))
    found: dict[str, tuple[str, int]] = {}
    calls = (partial(ask, archive, word) for word in ranked[:limit] for ask in (passages_with, written))
    archive.snapshot.prefetch(*calls)
    for word in ranked:
        if passages := passages_with(archive, word):
            found.setdefault(written(archive, word), (word, passages))
            if len(found) == limit:
                break
    # By the number that is shown. A word also occurs where it was cut in another way: 朝代 in 本朝代有.
    best = sorted(found.items(), key=lambda item: order(*item[1]))
    return [(word, passages) for word, (_, passages) in best]


def _spelled_words(archive: Searchable, typed: str, limit: int) -> list[tuple[str, int]]:
    """Runs of several words that were each spelled, with white space between them: xincheng guihua."""
    spelt = typed.split()
    if len(spelt) < 2 or len(typed) > _LONGEST:
        return []
    prefetch = archive.snapshot.prefetch
    parts = [partial(completed, archive, part, _SPARE) for part in spelt]
    prefetch(*parts)
    counted = {"": 0}
    for part in parts:
        runs = [run + word for run in counted for word, _ in part()]
        prefetch(*(partial(passages_with, archive, run, 1) for run in runs))
        counted = {run: passages for run in runs if (passages := passages_with(archive, run, 1))}
    return sorted(counted.items(), key=lambda item: (-item[1], item[0]))[:limit]


def _candidates(archive: Searchable, typed: str, limit: int) -> Iterator[tuple[str, bool]]:
    """Words, the most frequent of each list, and whether nothing is missing from them."""
    vocabulary = archive.generation.vocabulary
    normal = archive.analyzer.normal_text(typed)
    kinds = set(map(kind, normal))
    if kinds == {"han"}:
        wanted = limit + _SPARE
        syllable = next(iter(readings(normal[0])), UNREAD)
        # Most often the frequent words of a syllable are enough, and all of them take longer to read.
        for most in (_FREQUENT, None):
            words = vocabulary.beginning(syllable, most)
            beginning = list(islice((word for word in words if word.startswith(normal)), wanted))
            if len(beginning) == wanted:
                break
        yield from ((word, word == normal) for word in beginning)
        return
    if kinds == {"letter"}:
        beginning = [word for word in vocabulary.of_letters() if word.startswith(normal)]
        yield from ((word, False) for word in beginning[: limit + _SPARE])
    # What a normal form has no place for says here where a syllable ends.
    for slots in parses(archive.analyzer.folding.fold(spelled(typed))):
        yield from ((word, len(word) == len(slots)) for word in words_of(archive, slots, limit))


def words_of(
    archive: Searchable, slots: tuple[Slot, ...], limit: int, *, longer: bool = True
) -> Iterator[str]:
    """Words whose first characters may be these: some of exactly so many, then some ``longer`` ones."""
    first, rest = slots[0], [(place, may_be(slot)) for place, slot in enumerate(slots) if place]
    size, wanted = len(slots), limit + _SPARE
    # Whatever begins with a character is in the list of each of its readings.
    syllables = (starts(first) or (UNREAD,))[: 1 if first.is_character else None]
    for syllable in syllables:
        words = archive.generation.vocabulary.beginning(syllable, None if rest else wanted)
        if first.is_character:
            words = [word for word in words if word[0] == first.typed]
        if size > 2:
            words = [word for word in words if len(word) >= size]
        for place, characters in rest:
            words = [word for word in words if word[place] in characters]
        yield from islice((word for word in words if len(word) == size), wanted)
        if longer:
            yield from islice((word for word in words if len(word) > size), wanted)


def _continued(archive: Searchable, typed: str, limit: int) -> list[tuple[str, int]]:
    """What follows in the archive where a run of several words was typed: 周口派 to 周口派出所."""
    if not 1 < len(typed) <= _LONGEST:
        return []
    normal = archive.analyzer.normal(typed)
    # Beside Han characters letters and numbers match whole, and ? asks for another character.
    as_it_stands = set(map(kind, normal.text)) == {"han"}
    starts_of_words = [normal.starts[start] for start, _ in archive.analyzer.cut(normal.text) if start]
    for start in starts_of_words[-_TAILS:]:
        whole = [typed[:start] + word for word, _ in completed(archive, typed[start:], limit)]
        found = [
            (text, passages)
            for text in whole
            if (passages := passages_with(archive, text, 1)) and (as_it_stands or finds(archive, text))
        ]
        if found:
            return sorted(found, key=lambda item: (-item[1], item[0]))
    return []


def passages_with(archive: Searchable, text: str, few: int = 0) -> int:
    """In how many passages a run occurs; 0 if they are fewer than ``few``, or than a word has to occur in."""
    normal = archive.analyzer.normal_text(text)
    grams = tuple(archive.analyzer.grams(normal))
    snapshot = archive.snapshot
    passages = snapshot.count(TokenPhrase("grams", grams)) if grams else 0
    return passages if passages >= (few or least(snapshot)) else 0


def finds(archive: Searchable, query: str) -> bool:
    """Whether something has all that the query asks for."""
    answer = archive.answer(SearchRequest(query=query))
    return answer.total > 0 and not answer.relaxed


def written(archive: Searchable, word: str) -> str:
    """A word as the first passage that has it writes it."""
    snapshot, store = archive.snapshot, archive.store
    for hit in snapshot.search(AnyToken("words", (word,)), (), sort="order", limit=1):
        for passage in store.passages([hit.key]):
            normal = archive.analyzer.normal(passage.text)
            place = normal.text.find(word)
            if place >= 0:
                return as_seen(passage.text[slice(*normal.span(place, place + len(word)))])
    return word


# --- examples -----------------------------------------------------------------------------------------------

_DOCUMENTS = 5
_PASSAGES = 200
_LONGEST_PHRASE = 12


def examples(archive: Searchable) -> tuple[str, ...]:
    """A frequent word, part of a title in quotes, two words, an author, from the first documents; what lacks
    is left out.
    """
    store = archive.store
    documents = store.list_documents(limit=_DOCUMENTS)
    texts = [
        passage.text for document in documents for passage in store.passages_of(document.key)[:_PASSAGES]
    ]
    words = [frozenset(_words(archive, text)) for text in texts]
    counts = Counter(word for found in words for word in found)
    frequent = [word for word, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]
    found: list[str] = []
    for candidates in (
        iter(frequent[:5]),
        _titles(documents),
        _pairs(words, frequent[:12]),
        (f"作者:{author}" for author, _ in store.authors()[:5]),
    ):
        example = next((c for c in candidates if c not in found and finds(archive, c)), None)
        if example is not None:
            found.append(example)
    for word in frequent[5:15]:
        if len(found) >= 4:
            break
        if finds(archive, word):
            found.append(word)
    return tuple(found)


def _words(archive: Searchable, text: str) -> Iterator[str]:
    """The Han words of two characters or more, as written."""
    normal = archive.analyzer.normal(text)
    for start, end in archive.analyzer.cut(normal.text):
        if end - start >= 2 and all(kind(character) == "han" for character in normal.text[start:end]):
            yield text[slice(*normal.span(start, end))]


def _titles(documents: list[StoredDocument]) -> Iterator[str]:
    for document in documents:
        if document.title_is_derived:
            continue
        for is_han, run in groupby(document.title, lambda character: kind(character) == "han"):
            text = "".join(run)
            if is_han and 2 <= len(text) <= _LONGEST_PHRASE:
                yield f"“{text}”"


def _pairs(words: list[frozenset[str]], frequent: list[str]) -> Iterator[str]:
    """Two words that occur in one passage, and neither in the other."""
    for first, second in combinations(frequent, 2):
        if first in second or second in first:
            continue
        if any(first in found and second in found for found in words):
            yield f"{first} {second}"
