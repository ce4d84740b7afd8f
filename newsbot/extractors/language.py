"""The language of the story: from its text, with the markup's word where the text is short or the two are kin."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from newsbot.extractors.metadata import Metadata
from newsbot.extractors.scripts_of_text import count_letters, languages_of, main_script, telling_language
from newsbot.items import Provenance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from py3langid.langid import LanguageIdentifier

MIN_LETTERS: Final = 20
"""Fewer letters are no evidence: the language is unknown whatever the markup says."""
SURE_LETTERS: Final = 120
"""From here on a text that contradicts its markup is believed."""
_SAMPLE_LETTERS: Final = 3000
_FIRST_LETTERS: Final = 800
"""Where so many letters agree with the markup no more are read."""
_ALIASES: Final = {
    "iw": "he", "in": "id", "ji": "yi", "jp": "ja", "cn": "zh", "kr": "ko", "gr": "el", "ua": "uk", "cz": "cs", "dk": "da", "se": "sv",
    "arz": "ar", "ary": "ar", "arb": "ar", "prs": "fa", "pes": "fa", "fil": "tl", "yue": "zh", "wuu": "zh", "cmn": "zh", "hbo": "he",
    "grc": "el", "mo": "ro", "sh": "sr", "nob": "nb", "nno": "nn", "sdh": "ku", "kmr": "ku", "uzs": "uz", "als": "sq",
}  # fmt: skip
"""Retired and wrong codes met in markup (country codes taken for languages), and the identifier's fine distinctions."""
_KIN: Final = (
    frozenset(("no", "nb", "nn")),
    frozenset(("sr", "hr", "bs", "cnr")),
    frozenset(("id", "ms")),
    frozenset(("hi", "mr", "ne")),
    frozenset(("ku", "ckb")),
    frozenset(("gl", "pt")),
    frozenset(("af", "nl")),
    frozenset(("fa", "tg", "prs")),
    frozenset(("cs", "sk")),
    frozenset(("az", "tr")),
    frozenset(("ca", "oc")),
)
"""Languages that one paragraph may not tell apart: the markup's word decides between them."""
_TAG: Final = re.compile(r"^([a-z]{2,3})(?:[-_]([a-z]{4}))?(?:[-_]([a-z]{2}|\d{3}))?(?:$|[-_.,; ])", re.IGNORECASE)


def find_language(text: str, metadata: Metadata, hint: str | None = None) -> tuple[str | None, tuple[Provenance, ...]]:
    """The language of *text* (BCP 47; subtags only from markup that agrees) and all evidence, the chosen one marked.

    ``None`` under 20 letters, and where neither text nor markup tells.
    """
    if count_letters(text) < MIN_LETTERS:
        return None, ()
    declared = [Provenance("language", origin, tag) for origin, tag in _declared(metadata, hint)]
    read = language_of_text(text[:_FIRST_LETTERS])
    if len(text) > _FIRST_LETTERS and not any(read and _agrees(one.raw, read) for one in declared):
        read = language_of_text(text)
    chosen, origin = _choose(read, [(one.origin, one.raw) for one in declared], count_letters(text))
    evidence = [*([Provenance("language", "text", read)] if read else []), *declared]
    return chosen, tuple(Provenance(one.field, one.origin, one.raw, None, one.origin == origin) for one in evidence)


def language_of_text(text: str) -> str | None:
    """Primary language subtag of *text* by its letters, then by its words; ``None`` when it has no known letter."""
    sample = text[:_SAMPLE_LETTERS]
    found = main_script(sample)
    if found is None:
        return None
    script, letters = found
    languages = languages_of(script)
    if languages is not None and len(languages) == 1:
        return next(iter(languages))
    if telling := telling_language(sample, script, letters):
        return telling
    return _read(sample, script, languages)


def _read(sample: str, script: str, languages: frozenset[str] | None) -> str | None:
    """The likeliest language of those written in *script*."""
    if script == "han":
        return "zh"
    other = frozenset[str]().union(*(languages_of(name) or () for name in ("arabic", "cyrillic", "devanagari", "greek"))) - _LATIN_TOO
    for language, _ in _ranked(sample):
        if language in ("zxx", "la", "vo", "ext", "pcm"):
            continue
        if (languages is None and language not in other) or (languages is not None and language in languages):
            return _ALIASES.get(language, language)
    return None


_LATIN_TOO: Final = frozenset(("sr", "bs", "uz", "az", "tk", "ku", "tt", "kk", "ba"))


def _ranked(sample: str) -> list[tuple[str, float]]:
    return _identifier().rank(sample.lower() if sample.isupper() else sample)  # type: ignore[no-any-return]


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    """The language model: loaded on first use (0.3 s), once a process, never changed."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE)


def _declared(metadata: Metadata, hint: str | None) -> Iterator[tuple[str, str]]:
    """(origin, tag) of everything that names the language; what the caller says first."""
    written = [
        ("input", hint or ""),
        ("html:lang", metadata.language or ""),
        *(("jsonld:inLanguage", one) for one in [_own_language(metadata)] if one),
        *(
            (f"meta:{name}", content)
            for name, content in metadata.meta("content-language", "og:locale", "language", "dc.language", "dcterms.language")
        ),
    ]
    for origin, tag in written:
        if normal := normal_tag(tag):
            yield origin, normal


def _own_language(metadata: Metadata) -> str | None:
    value = (metadata.article or {}).get("inLanguage")
    value = value.get("alternateName") if isinstance(value, dict) else value
    return value if isinstance(value, str) else None


def normal_tag(tag: str) -> str | None:
    """*tag* in BCP 47 form (``ar_LB`` is ``ar-LB``); ``None`` when it is none."""
    match = _TAG.match(tag.strip())
    if not match:
        return None
    language, script, region = match[1].lower(), match[2], match[3]
    language = _ALIASES.get(language, language)
    if language in ("und", "zxx", "mul"):
        return None
    return "-".join(filter(None, (language, script and script.title(), region and region.upper())))


def _choose(read: str | None, declared: list[tuple[str, str]], letters: int) -> tuple[str | None, str | None]:
    """(language, origin) from what the text says and what the markup says."""
    for origin, tag in declared:
        if read is None or _agrees(tag, read):
            return tag, origin
    if read is not None and (letters >= SURE_LETTERS or not declared):
        return read, "text"
    fitting = [(origin, tag) for origin, tag in declared if read is None or _one_script(tag, read)]
    return (fitting[0][1], fitting[0][0]) if fitting else (read, "text")


def _agrees(tag: str, read: str) -> bool:
    primary = tag.partition("-")[0]
    return primary == read or any(primary in kin and read in kin for kin in _KIN)


def _one_script(tag: str, read: str) -> bool:
    """Whether the declared language can be written in the letters that were read."""
    primary = tag.partition("-")[0]
    homes = [
        languages
        for script in ("arabic", "cyrillic", "devanagari", "han", "kana", "hangul", "hebrew", "greek", "thai")
        if (languages := languages_of(script))
    ]
    return all((primary in home) == (read in home) for home in homes)
