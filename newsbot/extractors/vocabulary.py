"""What the names of a page's elements (class, id, role ...) say about their content: groups of words that content systems use.

The words are those of themes and content systems, in the languages their makers name classes in; the texts of a page are never looked at.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_GROUPS: Final[dict[str, str]] = {
    "article": "article artikel articulo story noticia nota beitrag news haber berita entry blog post posts makale",
    "body": "body content contents inhalt contenido contenu conteudo contenuto cuerpo corps corpo text texte testo texto "
    "main wysiwyg rich richtext prose formatted icerik articlebody copy konten markdown",
    "paragraph": "paragraph absatz parrafo paragraf para",
    "title": "title titel titre titolo titulo headline heading hed baslik judul rubrik subhead",
    "lead": "lead lede standfirst summary intro introduction dek deck excerpt subtitle subhead subheadline subtitulo "
    "vorspann chapo entradilla bajada sumario sommario abstract spot description desc preamble ingress nutgraf "
    "strapline tagline subline",
    "caption": "caption captions legend credit credits bildunterschrift didascalia legende photographer copyright source "
    "figcaption bildtext",
    "media": "image images img figure photo photos foto picture gallery galerie slide slider slideshow carousel swiper video "
    "player audio podcast media embed thumb thumbnail youtube",
    "byline": "byline author authors autor autore auteur writer yazar penulis reporter contributor bio profile avatar vcard editor",
    "date": "date datum fecha time zeit publish published tarih updated timestamp clock tanggal datetime",
    "meta": "meta info details kicker eyebrow overline dachzeile reading",
    "tag": "tag tags keyword keywords topic topics thema themen category categories kategorie label badge pill chip schlagwort categoria",
    "related": "related relacionadas relacionados recommend recommended recommendation similar also more mehr weitere relat "
    "verwandt suggest further outbrain taboola trending popular most latest recent ilgili baca lesen recirc "
    "recirculation onward next previous prev readmore inline",
    "card": "card cards teaser tile tiles item items listing feed grid list row col column columns product products price deal",
    "share": "share sharing social facebook twitter whatsapp telegram follow compartir partage teilen paylas print email "
    "mail bookmark addtoany",
    "comment": "comment comments kommentar kommentare comentario comentarios commentaire yorum disqus discussion reply replies "
    "respond forum",
    "navigation": "nav navigation navbar menu breadcrumb breadcrumbs crumb pagination pager sitemap toc contents "
    "inhaltsverzeichnis index skip toolbar tab tabs dropdown submenu search",
    "sidebar": "sidebar aside rail secondary widget widgets complementary marginal seitenleiste lateral right left sticky",
    "header": "header head masthead topbar banner hero logo brand kopf cabecera entete top",
    "footer": "footer foot fuss impressum legal disclaimer disclosure colophon bottom below after",
    "advert": "ad ads advert adverts advertisement advertising anzeige werbung publicidad publicite sponsor sponsored promo "
    "promotion promoted dfp gpt commercial affiliate partner adslot adsense",
    "subscribe": "subscribe subscription subscriber newsletter signup signin login register paywall premium abo abonnement "
    "member membership donate donation support cta optin form contact button btn",
    "popup": "popup modal overlay dialog cookie cookies consent gdpr notice alert toast tooltip lightbox banner",
    "hidden": "hidden hide invisible sr screenreader visually collapse collapsed none assistive noprint mobile desktop",
    "box": "box fact facts infobox highlight highlights takeaway takeaways callout panel accordion faq faqs kasten module "
    "block section question answer",
    "quote": "quote cite zitat blockquote pullquote tweet instagram",
    "table": "table tabel tabla chart graph datawrapper score stats stat",
}
GROUPS: Final = tuple(_GROUPS)


def _bits_of_words() -> dict[str, int]:
    bits: dict[str, int] = {}
    for number, words in enumerate(_GROUPS.values()):
        for word in words.split():
            bits[word] = bits.get(word, 0) | 1 << number
    return bits


_BITS: Final = _bits_of_words()
_INSIDE: Final = re.compile("|".join(sorted((word for word in _BITS if len(word) > 3), key=lambda word: (-len(word), word))))
"""Words long enough to be meant where they stand inside another (``storybody``)."""
_WORD: Final = re.compile(r"[a-z]{2,40}|[A-Z][a-z]{0,40}")
_LONGEST: Final = 300


@lru_cache(maxsize=65536)
def groups_in(names: str) -> int:
    """The groups of words that stand in *names*, as bits: bit *k* is ``GROUPS[k]``."""
    bits = 0
    for word in _WORD.findall(names[:_LONGEST]):
        bits |= _groups_of(word)
    return bits


@lru_cache(maxsize=16384)
def _groups_of(word: str) -> int:
    lower = word.lower()
    bits = _BITS.get(lower, 0)
    if not bits:
        for part in _INSIDE.findall(lower):
            bits |= _BITS[part]
    return bits
