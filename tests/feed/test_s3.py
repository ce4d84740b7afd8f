"""Copies to S3-compatible storage by Scrapy's own FEEDS, against a server that speaks S3."""

import json

from tests.newsroom import crawl, records, source_file, story
from tests.warc import write_warc


def test_a_run_is_copied_as_it_was_written(tmp_path, storage):
    source_file(tmp_path, "town", "https://town.example/")
    write_warc(tmp_path / "pages.warc.gz", {f"https://town.example/story-{number}": story(f"خبر رقم {number}") for number in range(3)})
    place = f"AWS_ENDPOINT_URL={storage.meta.endpoint_url}"
    run = crawl(tmp_path, "replay", "-a", f"warc={tmp_path}/pages.warc.gz", "-s", place, "-o", "s3://news/%(name)s/run.jsonl:jsonlines")
    assert run.returncode == 0, run.stderr
    body = storage.get_object(Bucket="news", Key="replay/run.jsonl")["Body"].read().decode()
    copied = [json.loads(line) for line in body.splitlines()]
    written = records(tmp_path / "out")
    assert len(written) == 3
    assert sorted(copied, key=lambda record: record["id"]) == sorted(written, key=lambda record: record["id"])
