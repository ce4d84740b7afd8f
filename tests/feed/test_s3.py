"""Copies to S3-compatible storage by Scrapy's own FEEDS, against a server that speaks S3."""

import json
import socket
import subprocess
import sys
import time

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError

from tests.newsroom import crawl, records, source_file, story
from tests.warc import write_warc

KEYS = {"AWS_ACCESS_KEY_ID": "of-the-test", "AWS_SECRET_ACCESS_KEY": "of-the-test", "AWS_DEFAULT_REGION": "us-east-1"}
START_S = 60


@pytest.fixture
def storage(monkeypatch):
    """A client of a storage with the bucket ``news``; the server runs in a process of its own."""
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            client = boto3.client("s3", endpoint_url=f"http://127.0.0.1:{port}")
            wait_for(client)
            yield client
        finally:
            client.close()
            server.kill()


def wait_for(client):
    deadline = time.monotonic() + START_S
    while True:
        try:
            client.create_bucket(Bucket="news")
        except EndpointConnectionError:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        else:
            return


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
