"""What the letters of a text alone say about its language: the script, and letters that only one language of a script uses."""

from __future__ import annotations

import re
from typing import Final

_RANGES: Final[dict[str, str]] = {
    "latin": "A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff",
    "arabic": "\u0620-\u064a\u066e-\u06d3\u06d5\u06fa-\u06ff\u0750-\u077f\u08a0-\u08c9\ufb50-\ufdff\ufe70-\ufefc",
    "cyrillic": "\u0400-\u0481\u048a-\u052f",
    "greek": "\u0370-\u0373\u0376-\u03ff\u1f00-\u1fff",
    "hebrew": "\u05d0-\u05f2",
    "armenian": "\u0531-\u0556\u0561-\u0587",
    "georgian": "\u10a0-\u10ff\u1c90-\u1cbf",
    "devanagari": "\u0900-\u097f",
    "bengali": "\u0980-\u09ff",
    "gurmukhi": "\u0a00-\u0a7f",
    "gujarati": "\u0a80-\u0aff",
    "oriya": "\u0b00-\u0b7f",
    "tamil": "\u0b80-\u0bff",
    "telugu": "\u0c00-\u0c7f",
    "kannada": "\u0c80-\u0cff",
    "malayalam": "\u0d00-\u0d7f",
    "sinhala": "\u0d80-\u0dff",
    "thai": "\u0e00-\u0e3a\u0e40-\u0e4e",
    "lao": "\u0e80-\u0eff",
    "tibetan": "\u0f00-\u0fff",
    "myanmar": "\u1000-\u109f",
    "ethiopic": "\u1200-\u139f",
    "khmer": "\u1780-\u17ff",
    "kana": "\u3041-\u30ff\u31f0-\u31ff",
    "hangul": "\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3",
    "han": "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff",
    "thaana": "\u0780-\u07b1",
    "mongolian": "\u1820-\u18aa",
}
_LETTERS: Final = {script: re.compile(f"[{letters}]") for script, letters in _RANGES.items()}

_LANGUAGES: Final[dict[str, frozenset[str]]] = {
    "greek": frozenset(("el",)),
    "hebrew": frozenset(("he", "yi")),
    "armenian": frozenset(("hy",)),
    "georgian": frozenset(("ka",)),
    "devanagari": frozenset(("hi", "mr", "ne", "sa", "gom", "mai", "bho")),
    "bengali": frozenset(("bn", "as")),
    "gurmukhi": frozenset(("pa",)),
    "gujarati": frozenset(("gu",)),
    "oriya": frozenset(("or",)),
    "tamil": frozenset(("ta",)),
    "telugu": frozenset(("te",)),
    "kannada": frozenset(("kn",)),
    "malayalam": frozenset(("ml",)),
    "sinhala": frozenset(("si",)),
    "thai": frozenset(("th",)),
    "lao": frozenset(("lo",)),
    "tibetan": frozenset(("bo", "dz")),
    "myanmar": frozenset(("my",)),
    "ethiopic": frozenset(("am", "ti")),
    "khmer": frozenset(("km",)),
    "kana": frozenset(("ja",)),
    "hangul": frozenset(("ko",)),
    "han": frozenset(("zh", "yue", "wuu")),
    "thaana": frozenset(("dv",)),
    "mongolian": frozenset(("mn",)),
    "arabic": frozenset(("ar", "arz", "ary", "fa", "prs", "ur", "ps", "ug", "ckb", "sd", "ku", "sdh", "azb", "pnb")),
    "cyrillic": frozenset(
        ("ru", "uk", "be", "bg", "mk", "sr", "bs", "kk", "ky", "mn", "tg", "tt", "ba", "uz", "os", "ce", "cv", "az", "tk", "kv", "sah")
    ),
}
"""Languages that a script can stand for; Latin is open."""

_TELLING: Final[tuple[tuple[str, str, str], ...]] = (
    # (script, letters, language): the first one whose letters make up enough of the text decides
    ("arabic", "ڵڕێۆ", "ckb"),
    ("arabic", "ټډړږښځڅڼ", "ps"),
    ("arabic", "ۇۈۋ", "ug"),
    ("arabic", "ٻڄڃڊڍڻڪڳڱڙ", "sd"),
    ("arabic", "ٹڈڑںےہ", "ur"),
    ("arabic", "پچژگی\u200cک", "fa"),
    ("cyrillic", "ђћ", "sr"),
    ("cyrillic", "ѓќѕ", "mk"),
    ("cyrillic", "ў", "be"),
    ("cyrillic", "їєґ", "uk"),
    ("cyrillic", "ҷӣӯҳ", "tg"),
    ("cyrillic", "ҙҫҡ", "ba"),
    ("cyrillic", "әғқұ", "kk"),
    ("cyrillic", "җәһ", "tt"),
    ("hebrew", "ײױװ\u05b7\u05b8\u05bf", "yi"),
    ("bengali", "ৰৱ", "as"),
)
_TELLING_SHARE: Final = 0.012
"""Share of the script's letters; below it a foreign name may have brought them in."""


def main_script(text: str) -> tuple[str, int] | None:
    """The script of most letters of *text* and how many letters of it there are; ``None`` when there is no known letter.

    Japanese is ``kana`` as soon as a twelfth of its Han letters stands beside kana, Korean likewise ``hangul``.
    """
    counts = {script: len(found) for script, letters in _LETTERS.items() if (found := letters.findall(text))}
    han = counts.get("han", 0)
    for script in ("kana", "hangul"):
        if han and counts.get(script, 0) * 12 >= han:
            counts[script] += han
            counts["han"] = 0
    if not counts:
        return None
    script = max(counts, key=lambda name: counts[name])
    return script, counts[script]


def languages_of(script: str) -> frozenset[str] | None:
    """Languages written in *script*; ``None`` for any."""
    return _LANGUAGES.get(script)


def telling_language(text: str, script: str, letters: int) -> str | None:
    """The language whose own letters *text* uses; ``None`` when its letters serve several."""
    for of_script, own, language in _TELLING:
        if of_script == script and sum(map(text.count, own)) >= max(2, _TELLING_SHARE * letters):
            return language
    return None


def count_letters(text: str) -> int:
    """Letters of any script."""
    return sum(map(str.isalpha, text))
