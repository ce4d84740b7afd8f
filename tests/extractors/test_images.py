# ruff: noqa: E501 - one case a line
import time
from pathlib import Path

import pytest
from pages_of_ours import page_of

from newsbot.caption_tables import load_caption_tables
from newsbot.config import SHIPPED
from newsbot.errors import TableError
from newsbot.extractors.blocks import find_blocks
from newsbot.extractors.captions import is_caption_block, split_caption, undouble
from newsbot.extractors.images import find_images
from newsbot.extractors.metadata import read_metadata
from newsbot.items import Image

TABLES = load_caption_tables([SHIPPED])
TEXT = "<p>The old bridge opened again on Sunday after three weeks of repair, and the first cars crossed it before noon.</p>"


def images_of(body, head=""):
    page = page_of(head, body)
    found = find_blocks(page)
    story = [element for block, element in zip(found.blocks, found.elements, strict=True) if block.text.startswith("The old bridge")]
    return find_images(page, read_metadata(page), story, TABLES)


def captions_in(body):
    found = find_blocks(page_of("", body))
    return [block.text for block, element in zip(found.blocks, found.elements, strict=True) if is_caption_block(element, TABLES)]


@pytest.mark.parametrize(
    ("line", "caption", "credit"),
    [
        ("جنود أثناء التدريبات. اعتمادات الصورة: وزارة الدفاع", "جنود أثناء التدريبات", "وزارة الدفاع"),
        ("التعليق على الصورة، الجسر القديم بعد افتتاحه", "الجسر القديم بعد افتتاحه", None),
        ("صدر الصورة: رويترز", None, "رويترز"),
        ("پل قدیمی شهر پس از بازسازی. عکس: مهدی احمدی", "پل قدیمی شهر پس از بازسازی", "مهدی احمدی"),
        ("پرانا پل (تصویر: علی خان)", "پرانا پل", "علی خان"),
        ("הגשר הישן (צילום: דנה לוי)", "הגשר הישן", "דנה לוי"),
        ("The old bridge on Sunday. Photo: Ann Lee/AFP", "The old bridge on Sunday", "Ann Lee/AFP"),
        ("The old bridge on Sunday. Photo by Ann Lee", "The old bridge on Sunday", "Ann Lee"),
        ("The old bridge on Sunday (Reuters)", "The old bridge on Sunday", "Reuters"),
        ("The old bridge on Sunday | Getty Images", "The old bridge on Sunday", "Getty Images"),
        ("The old bridge on Sunday © City Archive", "The old bridge on Sunday", "City Archive"),
        ("Getty Images", None, "Getty Images"),
        ("Die alte Brücke am Sonntag. Foto: dpa", "Die alte Brücke am Sonntag", "dpa"),
        ("Die alte Brücke Bildquelle: Stadtarchiv", "Die alte Brücke", "Stadtarchiv"),
        ("Le vieux pont dimanche. Crédit photo : Jean Dupont", "Le vieux pont dimanche", "Jean Dupont"),
        ("El puente viejo. Foto: EFE", "El puente viejo", "EFE"),
        ("Старый мост. Фото: ТАСС", "Старый мост", "ТАСС"),
        ("Старий міст (Фото: Олена Коваль)", "Старий міст", "Олена Коваль"),
        ("Eski köprü. Fotoğraf: Ayşe Yılmaz", "Eski köprü", "Ayşe Yılmaz"),
        ("古い橋 写真：山田太郎", "古い橋", "山田太郎"),
        ("旧桥重新开放。图片来源：新华社", "旧桥重新开放。", "新华社"),
        ("The bridge, built in 1902 (left), and the river.", "The bridge, built in 1902 (left), and the river.", None),
        ("Cars cross: the first ones came at noon", "Cars cross: the first ones came at noon", None),
    ],
)
def test_a_caption_is_split_from_its_credit(line, caption, credit):
    assert split_caption(line, TABLES) == (caption, credit)


def test_a_line_printed_twice_is_one():
    line = "الجسر القديم يوم الأحد. الصورة: رويترز"
    assert undouble(line + line) == undouble(line + " " + line) == undouble(line) == line
    assert split_caption(line + line, TABLES) == ("الجسر القديم يوم الأحد", "رويترز")
    assert undouble("haha haha") == "haha haha"


def test_plain_credited_paragraphs_after_a_picture_are_its_caption():
    one, other = "إطلاق الألعاب النارية فوق الجسر. اعتمادات الصورة: بلدية المدينة", "ألعاب نارية فوق الجسر. الصورة: بلدية المدينة"
    body = f"<div>{TEXT}<p><img src='/i/a.jpg'></p><p>{one}{one}<br>{other}</p>{TEXT}</div>"
    assert captions_in(body) == [one + one, other]
    assert images_of(body) == (Image("https://news.example/i/a.jpg", "إطلاق الألعاب النارية فوق الجسر", "بلدية المدينة"),)


def test_text_after_a_picture_stays_text():
    assert (
        captions_in(f"<div><p><img src='/i/a.jpg'></p>{TEXT}<p>Photo: the word stands in a line that follows no picture.</p></div>") == []
    )


def test_captions_are_known_by_their_place_and_class():
    body = (
        "<figure><img src=a.jpg><figcaption><p>One</p></figcaption></figure><div class='wp-caption'><img src=b.jpg><p class='wp-caption-text'>Two</p></div>"
        "<div class='image-caption'>Three</div><div class='video-caption-box'>Four</div><p>Five</p>"
    )
    assert captions_in(body) == ["One", "Two", "Three"]


def test_lazy_and_responsive_addresses_are_read_and_signs_left_out():
    body = (
        f"<article>{TEXT}<img src='data:image/gif;base64,x' data-src='/i/1.jpg'><img data-srcset='/i/2-300x200.jpg 300w, /i/2.jpg 1200w' src='/blank.gif'>"
        "<picture><source srcset='https://cdn.example/i/3,w_900.jpg 900w'><img src='/i/3-small.jpg' alt='Three'></picture>"
        "<img src='/i/logo.png'><img src='/i/4.jpg' width='1' height='1'><img class='avatar' src='/i/ann.jpg'><a href='/2024/05/06/another-story-of-today'><img src='/i/5.jpg'></a>"
        "<aside><img src='/i/6.jpg'></aside><noscript><img src='/i/7.jpg'></noscript></article><img src='/i/8.jpg'>"
    )
    assert [image.url for image in images_of(body)] == [
        "https://news.example/i/1.jpg",
        "https://news.example/i/2.jpg",
        "https://cdn.example/i/3,w_900.jpg",
    ]
    assert images_of(body)[2].alt == "Three"


def test_the_declared_main_image_leads_and_stands_alone_where_none_is_shown():
    head = "<meta property='og:image' content='/i/two-1200x630.jpg'>"
    body = f"<article><img src='/i/one.jpg'>{TEXT}<img src='/i/two.jpg'></article>"
    assert [image.url for image in images_of(body, head)] == ["https://news.example/i/two.jpg", "https://news.example/i/one.jpg"]
    assert images_of(f"<article>{TEXT}</article>", head) == (Image("https://news.example/i/two-1200x630.jpg"),)
    assert images_of(f"<article>{TEXT}</article>", "<meta property='og:image' content='/img/logo.png'>") == ()


def test_hidden_labels_do_not_come_with_the_caption():
    body = f"<article><figure><img src='/i/1.jpg'><figcaption><span class='visually-hidden'>Image caption, </span>The bridge</figcaption></figure>{TEXT}</article>"
    assert images_of(body)[0].caption == "The bridge"


@pytest.mark.parametrize("text", ["(" * 5000, "Photo: " * 2000, "© " * 3000, "| a " * 3000, "foto von " * 2000])
def test_crafted_captions_are_done_with_quickly(text):
    start = time.process_time()
    split_caption(text, TABLES)
    assert time.process_time() - start < 1


def test_a_broken_table_is_named_in_one_line(tmp_path: Path):
    (tmp_path / "captions.toml").write_text('[[language]]\nlanguage = "xx"\ncredits = ["a"]\n', encoding="utf-8")
    with pytest.raises(TableError, match=r"captions\.toml: language\.0\.credits: unknown key"):
        load_caption_tables([tmp_path])


def test_a_short_line_in_a_box_that_is_called_after_its_picture_is_a_caption():
    page = page_of(
        body="<div class='img-cont'><img src=/a.jpg>وزير الموارد المائية</div><div class='news-image wide'><p>A story.</p></div>"
    )
    found = find_blocks(page)
    assert [is_caption_block(element, TABLES) for element in found.elements] == [True, False]
