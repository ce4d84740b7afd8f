"""Names under which pages declare things: metas in lower case, in the order in which they are trusted."""

from __future__ import annotations

from typing import Final

from newsbot.items import AccessStatus


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


PUBLISHED_METAS: Final = _names("""
    article:published_time og:article:published_time og:published_time article:published article.published published_time datepublished
    date_published published-date published_date published_at publishdate publish-date publish_date publish_time publishtime pubdate
    pub_date og:pubdate og:publish_date publication_date publication-date originalpublicationdate article_date_original article:post_date
    dc.date.issued dcterms.issued dc.issued dcterms.available dc.date.created dcterms.created dc.created dc.date.publication
    citation_publication_date citation_online_date citation_date prism.publicationdate eprints.date rnews:datepublished
    parsely-pub-date sailthru.date cxenseparse:recs:publishtime cxenseparse:publishtime bt:pubdate ptime displaydate
    shareaholic:article_published_time vr:published_time news_date release_date gentime iso-8601-publish-date ndate
""")
"""They say "published"; the first ones are the most used and best kept."""
WEAK_DATE_METAS: Final = _names("""
    dc.date dcterms.date dc:date date datecreated date_created created creation_date timestamp og:time article:date
""")
"""They may mean the day of the request, of the template, or of a change."""
MODIFIED_METAS: Final = _names("""
    article:modified_time og:article:modified_time og:updated_time article:modified datemodified date_modified modified_time modifieddate
    dcterms.modified dc.date.modified dc.modified last-modified lastmod lastmodified last_updated lastupdated updated_time revised
    iso-8601-modified-date article:updated_time cxenseparse:recs:modifiedtime
""")
AUTHOR_METAS: Final = _names("""
    author article:author parsely-author sailthru.author dc.creator dcterms.creator dc.contributor citation_author byl cxenseparse:author
    article:author_name og:article:author og:author article.author authors article_author dc:creator
    shareaholic:article_author_name rnews:author bt:author
""")
ITEM_NAMES: Final = frozenset(
    _names("""
    headline name author creator datepublished datemodified datecreated uploaddate description articlesection keywords image url
    thumbnailurl publisher isbasedon sourceorganization isaccessibleforfree license copyrightholder inlanguage abstract
""")
)
"""``itemprop`` values that are read."""
WRITTEN_BY: Final = frozenset(
    (
        "written by", "author", "geschrieben von", "verfasst von", "autor", "écrit par", "auteur", "publié par", "escrito por", "por",
        "scritto da", "autore", "geschreven door", "skrevet av", "skriven av", "skrevet af", "kirjoittaja", "napisane przez", "napsal",
        "автор", "написано автором", "написав", "yazan", "yazar", "كتب بواسطة", "كُتب بواسطة", "الكاتب", "نوشته شده توسط", "نویسنده",
        "מאת", "נכתב על ידי", "執筆者", "投稿者", "作者", "撰稿人", "글쓴이", "작성자", "penulis", "ditulis oleh", "được viết bởi",
        "γράφτηκε από", "συντάκτης",
    )
)  # fmt: skip
"""Labels that ``twitter:label1`` carries before an author's name (Yoast SEO, in its translations)."""
TIER_METAS: Final = _names("""
    article:content_tier og:article:content_tier content_tier content-tier contenttier access article:access content-access
    paywall premium ispremium article:premium article:paywall cxenseparse:premium cxenseparse:paywall k5a:paid iom:accessstatus
    cxenseparse:recs:paywall vf:access tp:premium sailthru.paywall
""")
"""They say who may read the story."""
_FREE: Final = _names("free open public frei gratis offen no false")
_METERED: Final = _names("metered meter registration register dynamic freemium")
_PAID: Final = _names("locked paid premium subscriber subscription plus paywall paywalled exclusive hard yes true")
TIERS: Final[dict[str, AccessStatus]] = {
    **dict.fromkeys(_FREE, "free"),
    **dict.fromkeys(_METERED, "metered"),
    **dict.fromkeys(_PAID, "paywalled"),
}
"""What the metas above say, in lower case."""
