# ruff: noqa: E501 - one case a line
import pytest
from pages_of_ours import ADDRESS, jsonld, page_of, story_of

from newsbot.errors import Rejected
from newsbot.extractors.kinds import require_article
from newsbot.extractors.metadata import read_metadata

STORY = (
    "<article>"
    + "<p>The old bridge opened again on Sunday after three weeks of repair, and the first cars crossed it before noon, the mayor said.</p>"
    * 8
    + "</article>"
)
TEASERS = "".join(
    f'<article><h2><a href="/2024/05/0{n}/story-number-{n}-of-the-day">Story number {n} of the day told</a></h2><p>{"A short text under the headline of this story. " * 2}</p></article>'
    for n in range(1, 10)
)
TEASERS_AR = "".join(
    f'<div class="post"><h3><a href="/2024/05/{n}-خبر-من-المدينة">خبر رقم {n} من أخبار المدينة اليوم</a></h3><p>{"نص قصير تحت عنوان الخبر يلخص ما جاء فيه. " * 3}</p></div>'
    for n in range(10, 22)
)
FEED = (
    "<ul>"
    + "".join(f"<li>عنوان الخبر رقم {n} من وكالة الأنباء<br><br>{'نص الخبر القصير كما جاء في الوكالة. ' * 4}</li>" for n in range(12))
    + "</ul>"
)


def judge(head="", body="", url=ADDRESS, status=200):
    page = page_of(head, body, url, status)
    return require_article(page, read_metadata(page), story_of(page)[1])


def code_of(*args, **kwargs):
    with pytest.raises(Rejected) as caught:
        judge(*args, **kwargs)
    return caught.value.code


def test_a_story_passes():
    assert judge("<title>Bridge</title>", STORY) == ()


@pytest.mark.parametrize(
    ("head", "body", "url"),
    [
        ("", TEASERS, "https://news.example/"),
        ('<meta property="og:type" content="website">', TEASERS_AR, "https://news.example/index.php"),
        ("", FEED, "https://news.example/"),
        (jsonld('{"@type": "CollectionPage"}') + '<meta property="og:type" content="article">', TEASERS, "https://news.example/politics"),
        ("", TEASERS, "https://news.example/category/politics/"),
        ("", TEASERS_AR, "https://news.example/tag/%D9%85%D8%AF%D9%8A%D9%86%D8%A9/"),
        ("", TEASERS, "https://news.example/politics/page/3"),
    ],
)
def test_listings_are_refused(head, body, url):
    assert code_of(head, body, url) == "listing"


def test_a_story_with_many_related_links_is_no_listing():
    assert judge("<title>Bridge</title>", STORY + TEASERS + TEASERS_AR) == ()
    assert (
        judge(
            '<meta property="og:type" content="article">',
            "<article><p>Short news: the old bridge is open again, said the mayor on Sunday morning at the river.</p></article>" + TEASERS,
        )
        == ()
    )


def test_a_single_story_on_the_first_page_is_kept():
    assert judge("", STORY, "https://blog.example/") == ()


@pytest.mark.parametrize("status", [404, 410, 500, 503])
def test_error_statuses_are_refused(status):
    assert code_of("", STORY, status=status) == "error_page"


@pytest.mark.parametrize(
    "title",
    [
        "404 Not Found",
        "Page not found | News",
        "Seite nicht gefunden",
        "الصفحة غير موجودة",
        "Страница не найдена",
        "صفحه مورد نظر یافت نشد",
        "Sayfa bulunamadı",
    ],
)
def test_error_pages_with_a_good_status_are_refused(title):
    assert code_of(f"<title>{title}</title>", "<h1>Sorry</h1><p>Try the search.</p>") == "error_page"


def test_a_story_about_the_number_404_passes():
    assert judge("<title>404 people rescued from flood</title>", STORY) == ()


def test_a_refusal_with_the_open_part_of_a_story_passes():
    assert judge('<meta property="og:type" content="article">', "<article><p>The first lines are open.</p></article>", status=402) == ()
    assert code_of("", "<h1>Access denied</h1>", status=403) == "error_page"


def test_stubs_are_refused():
    assert code_of('<meta property="og:type" content="video.other">', "<h1>Bridge opens</h1><video></video>") == "video"
    assert code_of(jsonld('{"@type": "ImageGallery"}'), "<h1>Pictures</h1>") == "gallery"
    assert judge('<meta property="og:type" content="video.other">', STORY) == ()


def test_live_blogs_are_flagged():
    assert judge(jsonld(f'{{"@type": "LiveBlogPosting", "url": "{ADDRESS}", "headline": "Bridge live"}}'), STORY) == ("live_blog",)
