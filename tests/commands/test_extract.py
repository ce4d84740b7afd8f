"""``scrapy extract`` as other programs use it: a real process, lines in, lines out."""

import base64
import json
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from pipelines.schema import record_schema

PROJECT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "scrapy", "extract"]
SENTENCE = "The council decided on Monday to rebuild the bridge over the river, which a flood had carried away in spring. "
HEAD = "<html lang=en><head><title>Bridge to be rebuilt</title></head>"
PARAGRAPHS = f"<p>{SENTENCE * 3}</p>" * 4
STORY = f"{HEAD}<body><article><h1>Bridge to be rebuilt</h1>{PARAGRAPHS}<p>Published two hours ago</p></article></body></html>"
ARABIC = "أعلنت وزارة الصحة اليوم عن افتتاح مستشفى جديد في المدينة القديمة بعد سنوات من العمل والتخطيط. "
ARABIC_STORY = f"<html><head><title>خبر</title></head><body><h1>افتتاح مستشفى</h1>{f'<p>{ARABIC * 3}</p>' * 4}</body></html>"


def run(*lines: str | bytes, arguments: tuple[str, ...] = ()) -> tuple[int, list[dict], str]:
    given = b"".join((line if isinstance(line, bytes) else line.encode()) + b"\n" for line in lines)
    done = subprocess.run([*COMMAND, *arguments], input=given, capture_output=True, cwd=PROJECT, timeout=120, check=False)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr.decode()


def job(number: int | str, **values) -> str:
    return json.dumps({"id": number, "url": f"https://e.example/{number}", **values}, ensure_ascii=False)


def test_one_line_out_for_each_line_in_in_order_whatever_it_was():
    code, out, _ = run(
        job("story", html=STORY),
        "{broken",
        job("listing-or-nothing", html="<html><body><p>x</p></body></html>"),
        job("both", html=STORY, html_base64="eA=="),
        "[1, 2]",
        job("bytes", html_base64=base64.b64encode(ARABIC_STORY.encode("windows-1256")).decode()),
        json.dumps({"url": None, "html": STORY}),
        job(7, html=STORY, url=None),
    )
    assert code == 1
    assert [line["input"] for line in out] == ["story", None, "listing-or-nothing", "both", None, "bytes", None, 7]
    assert [line.get("error") for line in out] == [None, "bad_json", None, "bad_input", "bad_input", None, "bad_input", None]
    assert [line["line"] for line in out if "error" in line] == [2, 4, 5, 7]
    assert out[2]["rejected"] == "no_text" and out[2]["reason"]
    assert ARABIC.strip() in out[5]["content_text"]
    assert out[7]["url"] is None and out[7]["content_text"] == out[0]["content_text"]


def test_records_are_valid_remember_nothing_and_never_read_the_clock():
    code, (first, second), _ = run(job("a", html=STORY), job("b", html=STORY, url="https://e.example/a"))
    assert code == 0
    for line in (first, second):
        record = {key: value for key, value in line.items() if key != "input"}
        Draft202012Validator(record_schema()).validate(record)
        assert (record["revision"], record["duplicate_of"], record["cluster"]) == (1, None, None)
        assert record["fetched_at"] is None and record["date_published"] is None


def test_any_number_of_workers_gives_the_same_output():
    lines = [job(number, html=STORY.replace("bridge", f"bridge {number}")) for number in range(9)]
    assert run(*lines, arguments=("--jobs", "1"))[1] == run(*lines, arguments=("--jobs", "3"))[1]


def test_headers_decide_the_encoding_of_bytes_and_text_ignores_its_meta():
    body = base64.b64encode(ARABIC_STORY.encode("iso-8859-6")).decode()
    declared = ARABIC_STORY.replace("<head>", '<head><meta charset="koi8-r">')
    _, out, _ = run(job(1, html_base64=body, headers={"Content-Type": "text/html; charset=iso-8859-6"}), job(2, html=declared))
    assert all(ARABIC.strip() in line["content_text"] for line in out)


BAD_VALUES = [
    {"fetched_at": "yesterday"},
    {"fetched_at": "2026-01-01T00:00:00"},
    {"source": "nobody"},
    {"timezone": "Mars/Base"},
    {"headers": [1]},
    {"html": 5},
    {"colour": "red"},
    {"html_base64": "!", "html": None},
]


def test_bad_input_says_what_is_wrong():
    code, out, _ = run(*(job(number, **{"html": STORY, **values}) for number, values in enumerate(BAD_VALUES)))
    assert code == 1 and [line["error"] for line in out] == ["bad_input"] * len(BAD_VALUES)
    for values, line in zip(BAD_VALUES, out, strict=True):
        assert next(iter(values)) in line["reason"]


def test_an_answer_comes_before_the_next_question():
    with subprocess.Popen([*COMMAND, "--jobs", "1"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=PROJECT) as process:
        for number in range(3):
            process.stdin.write(job(number, html=STORY).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["input"] == number
        process.stdin.close()
        assert process.wait(30) == 0


def test_a_page_that_is_too_large_is_an_error_and_the_next_one_is_read():
    code, out, _ = run(job(1, html="x" * (17 * 2**20)), job(2, html=STORY))
    assert code == 1 and out[0]["error"] == "too_large" and out[1]["input"] == 2 and "error" not in out[1]


def test_a_reader_that_goes_away_is_no_disaster(tmp_path):
    lines = tmp_path / "in.jsonl"
    lines.write_text("".join(job(number, html=STORY) + "\n" for number in range(60)))
    done = subprocess.run(
        f"{sys.executable} -m scrapy extract {lines} | head -n 1", shell=True, capture_output=True, cwd=PROJECT, timeout=120, check=False
    )
    assert json.loads(done.stdout)["input"] == 0 and b"Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [("no-such-file.jsonl",), ("--jobs", "0"), (".",)])
def test_a_mistake_is_one_line_and_code_2(arguments):
    code, out, error = run(arguments=arguments)
    assert (code, out) == (2, []) and error.count("\n") == 1


def test_no_input_is_no_output():
    assert run()[:2] == (0, [])


def test_single_texts_are_read_for_dates_and_credits():
    code, out, _ = run(
        json.dumps({"id": 1, "text": "الأحد 5 أيار 2024", "lang": "ar"}),
        json.dumps({"id": 2, "text": "reading time 5 min", "lang": "en"}),
        json.dumps({"id": 3, "lang": "en"}),
        "{",
        json.dumps({"id": 5, "text": "x", "context": {"timezone": "Mars/Base"}}),
        arguments=("--of", "dates"),
    )
    assert code == 1
    assert [line.get("value") for line in out] == ["2024-05-05", None, None, None, None]
    assert [line.get("error") for line in out] == [None, None, "bad_input", "bad_json", "bad_input"]
    code, (credit,), _ = run(json.dumps({"id": 1, "text": "By Jane Miller", "lang": "en", "kind": "line"}), arguments=("--of", "credits"))
    assert code == 0 and credit["authors"] == ["Jane Miller"] and credit["drop_line"] is True
