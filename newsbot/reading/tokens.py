"""A line of text as words, marks and addresses, each with its place in the raw text.

Credit lines are read over folded words; what is reported is always the stretch of raw text that they stand for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final, Generic, Literal, NamedTuple, TypeVar

from newsbot.reading.folding import fold

TokenKind = Literal["word", "mark", "address", "domain", "email", "handle", "line"]
Value = TypeVar("Value")

_TOP_LEVEL: Final = "com|net|org|info|gov|edu|news|press|media|online|site|tv|app|[a-z]{2}"
_WEB: Final = rf"""
    (?P<address>(?i:https?://[^\s<>"«»()\[\]،]{{1,2000}}|www\.[^\s<>"«»()\[\]،]{{1,500}}))
    | (?P<email>(?<![\w.+-])[\w.+-]{{1,64}}@[\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{1,4}})
    | (?P<handle>@[\w.]{{1,40}})
    | (?P<domain>(?i:(?<![\w.-])[a-z0-9][a-z0-9-]{{1,62}}(?:\.[a-z0-9-]{{2,62}}){{0,3}}\.(?:{_TOP_LEVEL})(?![\w-]|\.\w)))
"""
_UNSPACED: Final = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30fa\u30fc-\u30ff\u3400-\u9fff\uf900-\ufaff"
"""Scripts that are written without spaces."""
_NO_WORD: Final = (
    r"\s!-/:-@\[-^`{-~\u00a1-\u00a9\u00ab\u00ac\u00ae-\u00b1\u00b4\u00b6-\u00b8\u00bb\u00bf\u00d7\u060c\u061b\u061f\u066a-\u066d"
    r"\u06d4\u0589\u05be\u05f3\u05f4\u0964\u0965\u1362-\u1367\u2010-\u2027\u2030-\u205e\u2200-\u2bff\u3000-\u3020\u3030\u30fb"
    rf"{_UNSPACED}\ufe30-\ufe6f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"
)
_WORDS: Final = rf"""
    (?P<line>\n)
    | (?P<ideograph>[{_UNSPACED}])
    | (?P<word>[^{_NO_WORD}]+)
    | (?P<mark>--+|__+|[^\s])
"""
UNSPACED: Final = re.compile(f"[{_UNSPACED}]")
_ANY_WORD: Final = re.compile(f"[{_UNSPACED}]|[^{_NO_WORD}]+")
_TOKEN: Final = re.compile(f"{_WEB} | {_WORDS}", re.VERBOSE)
"""Scripts that are written without spaces give one word a letter. Everything that is neither space nor punctuation is a word, so that
vowel signs, harakat and joiners stay in theirs."""
_PLAIN_TOKEN: Final = re.compile(_WORDS, re.VERBOSE)
"""For texts without addresses: half the time."""
_MAY_BE_WEB: Final = re.compile(r"@|://|www\.|[a-z0-9-]\.[a-z]", re.IGNORECASE)
_KINDS: Final[Mapping[str, TokenKind]] = {
    "line": "line", "address": "address", "email": "email", "handle": "handle", "domain": "domain", "ideograph": "word", "word": "word",
    "mark": "mark",
}  # fmt: skip
_SHORT: Final = 4000
"""Letters of texts whose tokens are remembered, for a line is read by several readers one after the other."""
_INNER: Final = frozenset("\".-'·’‐‑־׳״&_\u00b7")
"""Marks that may stand inside a name or between initials."""


class Token(NamedTuple):
    """A word, a mark, an address ... of a text."""

    kind: TokenKind
    folded: str
    start: int
    """Offset of its first character in the raw text."""
    end: int
    glued: bool
    """Whether nothing stands between it and the token before."""


def tokens_of(text: str) -> tuple[Token, ...]:
    """The tokens of *text*, in order."""
    return _tokens_of_line(text) if len(text) <= _SHORT else _tokens(text)


@lru_cache(maxsize=64)
def _tokens_of_line(text: str) -> tuple[Token, ...]:
    return _tokens(text)


def _tokens(text: str) -> tuple[Token, ...]:
    found = []
    last_end = -1
    for match in (_TOKEN if _MAY_BE_WEB.search(text) else _PLAIN_TOKEN).finditer(text):
        start, end = match.span()
        group, folded = match.lastgroup, fold_word(match[0])
        if folded or group == "line":
            found.append(Token(_KINDS[group or "word"], folded, start, end, start == last_end))
            last_end = end
    return tuple(found)


@lru_cache(maxsize=8192)
def fold_word(text: str) -> str:
    """The matching form of one word."""
    return fold(text.replace("\u0640", ""))


def words_of(phrase: str) -> tuple[str, ...]:
    """The folded words of *phrase*, marks left out; domains and handles count as words."""
    return tuple(token.folded for token in tokens_of(phrase) if token.kind not in ("mark", "line"))


def folded_words(text: str) -> set[str]:
    """The folded words of *text*, those of addresses each for itself; a quarter of the time of :func:`tokens_of`."""
    return {fold_word(word) for word in set(_ANY_WORD.findall(text))}


class PhraseBook(Generic[Value]):
    """Phrases with a value each, found in tokens: the longest one that starts at a place."""

    def __init__(self, phrases: Iterable[tuple[str, Value]]) -> None:
        book: dict[str, list[tuple[tuple[str, ...], Value]]] = {}
        for phrase, value in phrases:
            if words := words_of(phrase):
                book.setdefault(words[0], []).append((words, value))
        self._book: Mapping[str, list[tuple[tuple[str, ...], Value]]] = {
            first: sorted(entries, key=lambda entry: -len(entry[0])) for first, entries in book.items()
        }

    @property
    def first_words(self) -> Iterable[str]:
        """The folded words that phrases start with."""
        return self._book.keys()

    def occurs_in(self, tokens: Sequence[Token]) -> bool:
        """Whether some phrase starts at some token that is no mark."""
        for at, token in enumerate(tokens):
            if token.folded in self._book and token.kind != "mark" and self.match(tokens, at) is not None:
                return True
        return False

    @property
    def phrases(self) -> Iterable[tuple[str, ...]]:
        """The folded words of each phrase, in order, as :func:`folded_words` parts them."""
        return (words for words, _ in self.entries)

    @property
    def entries(self) -> Iterable[tuple[tuple[str, ...], Value]]:
        """The :attr:`phrases`, each with its value."""
        return ((tuple(_ANY_WORD.findall(" ".join(words))), value) for entries in self._book.values() for words, value in entries)

    def __contains__(self, word: str) -> bool:
        """Whether some phrase starts with the folded *word*."""
        return word in self._book

    def match(self, tokens: Sequence[Token], at: int, first: str | None = None) -> tuple[int, Value] | None:
        """The longest phrase that starts at token *at*: the index after its last token, and its value.

        *first* stands in for the folded first word, when a prefix was taken off it.
        """
        entries = self._book.get(tokens[at].folded if first is None else first)
        if entries is None:
            return None
        for words, value in entries:
            end = _end_of(words, tokens, at)
            if end is not None:
                return end, value
        return None

    def find(self, tokens: Sequence[Token]) -> Iterator[tuple[int, int, Value]]:
        """Every phrase in *tokens*, from left to right, without overlap: (first token, token after the last, value)."""
        at = 0
        while at < len(tokens):
            found = self.match(tokens, at)
            if found is not None:
                yield at, found[0], found[1]
            at = at + 1 if found is None else found[0]


def _end_of(words: tuple[str, ...], tokens: Sequence[Token], at: int) -> int | None:
    """The index after the last of *words* when they follow one another from *at* on, with inner marks at most."""
    place = at + 1
    for word in words[1:]:
        if place < len(tokens) and _is_inner(tokens, place):
            place += 1
        if place >= len(tokens) or tokens[place].kind == "mark" or tokens[place].folded != word:
            return None
        place += 1
    return place


def _is_inner(tokens: Sequence[Token], at: int) -> bool:
    """Whether the mark at *at* joins two parts of one name: ``ANA-MPA``, ``د.ب.أ``, ``د. ب. أ``."""
    token = tokens[at]
    if token.kind != "mark" or token.folded not in _INNER or not token.glued or at + 1 >= len(tokens):
        return False
    return tokens[at + 1].glued or (token.folded == "." and at > 0 and len(tokens[at - 1].folded) == 1)
