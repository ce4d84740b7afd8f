"""A server that speaks S3, in a process of its own."""

import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager

import boto3
from botocore.exceptions import EndpointConnectionError

KEYS = {"AWS_ACCESS_KEY_ID": "of-the-test", "AWS_SECRET_ACCESS_KEY": "of-the-test", "AWS_DEFAULT_REGION": "us-east-1"}
START_S = 60


@contextmanager
def storage_server():
    """A client of a storage with the bucket ``news``; keys stand in the environment meanwhile."""
    before = {name: os.environ.get(name) for name in KEYS}
    os.environ.update(KEYS)
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
            for name, value in before.items():
                os.environ.pop(name) if value is None else os.environ.update({name: value})


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
