from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbot.errors import Rejected
from newsbot.page import Page, RawPage, detect_encoding

ARABIC = "أعلنت وزارة الصحة اليوم عن افتتاح مستشفى جديد في المدينة القديمة بعد سنوات من العمل. " * 4
RUSSIAN = "Министерство здравоохранения объявило сегодня об открытии новой больницы в старом городе. " * 4


def text_of(body: bytes, **headers: str) -> str:
    return Page.parse(RawPage("https://e.example/", body, headers=headers)).tree.text_content()


@pytest.mark.parametrize(
    ("text", "encoding"),
    [(ARABIC, "windows-1256"), (ARABIC, "iso-8859-6"), (RUSSIAN, "windows-1251"), (RUSSIAN, "koi8-r"), (ARABIC, "utf-8")],
)
def test_undeclared_encodings_are_read_from_the_letters(text, encoding):
    body = f"<html><head><title>x</title></head><body><p>{text}</p></body></html>".encode(encoding)
    assert text.strip() in text_of(body)


@pytest.mark.parametrize("encoding", ["windows-1256", "gb18030", "shift_jis", "euc-kr", "utf-16"])
def test_declared_encodings_are_believed(encoding):
    text = {"windows-1256": "مرحبا", "gb18030": "新闻报道", "shift_jis": "ニュース", "euc-kr": "뉴스", "utf-16": "новости"}[encoding]
    body = f"<html><body><p>{text}</p></body></html>".encode(encoding)
    assert text in text_of(body, **{"content-type": f"text/html; charset={encoding}"})


def test_a_declaration_that_the_bytes_contradict_is_not_believed():
    body = f"<html><body><p>{ARABIC}</p></body></html>".encode("windows-1256")
    assert "وزارة الصحة" in text_of(body, **{"content-type": "text/html; charset=utf-8"})


def test_text_from_the_caller_ignores_the_meta_charset():
    raw = RawPage("", b"", text='<html><head><meta charset="iso-8859-6"></head><body>سلام</body></html>')
    assert "سلام" in Page.parse(raw).tree.text_content()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty_page"),
        (b"   \n", "empty_page"),
        (b"%PDF-1.7 ....", "not_html"),
        (b"PK\x03\x04zip", "not_html"),
        (b'{"json": true}', "not_html"),
        (bytes(range(256)) * 50, "not_html"),
        (b"just words", "not_html"),
        (b"<" * 17 * 2**20, "not_html"),
    ],
)
def test_what_is_no_page_is_rejected_with_its_code(body, code):
    with pytest.raises(Rejected) as refusal:
        Page.parse(RawPage("https://e.example/", body))
    assert refusal.value.code == code


@given(st.binary(max_size=2000))
def test_no_bytes_do_anything_but_parse_or_be_rejected(body):
    with suppress(Rejected):
        Page.parse(RawPage("https://e.example/", b"<html><p>" + body))


@given(st.binary(max_size=500))
def test_detection_always_names_a_codec_that_python_has(body):
    body.decode(detect_encoding(body), "replace")


def test_base_address_is_where_links_start():
    page = Page.parse(RawPage("https://e.example/a/b", b"<html><head><base href='/c/'></head><body><p>x</p></body></html>"))
    assert page.base_url == "https://e.example/c/"


def test_control_characters_written_as_references_go_and_letters_stay():
    assert text_of(b"<p>a&#27;[2J&#x1b;&#7;b&#x7F;c&#10;d&#65;&#x41;&#1575;&#128512;</p>") == "a[2Jbc\ndAA\u0627\U0001f600"


def test_utf_8_that_declares_an_encoding_of_single_bytes_is_read_as_utf_8():
    body = '<meta charset="iso-8859-1"><p>Die Brücke öffnet für alle, sagte die Bürgermeisterin.</p>'.encode()
    assert text_of(body) == "Die Brücke öffnet für alle, sagte die Bürgermeisterin."
    assert text_of('<meta charset="iso-8859-1"><p>Für alle</p>'.encode("latin-1")) == "Für alle"


def test_what_follows_an_early_end_of_the_body_is_part_of_the_page():
    page = Page.parse(
        RawPage("", b"", text="<html><body><header>Menu</header></body></html><article><p>Story</p></article></BODY ></html>")
    )
    assert [element.tag for element in page.tree.find("body")] == ["header", "article"]
