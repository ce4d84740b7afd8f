import gzip

import brotli
import pytest

from newsbot.middlewares.packing import breaks_off

TEXT = b"The council decided on Monday to rebuild the bridge. " * 5000
LIMIT = 10**6


@pytest.mark.parametrize(("pack", "encoding"), [(gzip.compress, "gzip"), (gzip.compress, "x-gzip"), (brotli.compress, "br")])
def test_a_whole_body_does_not_break_off_and_any_part_of_it_does(pack, encoding):
    body = pack(TEXT)
    assert not breaks_off(body, encoding, LIMIT)
    assert breaks_off(body[: len(body) // 2], encoding, LIMIT)
    assert not breaks_off(body, "identity", LIMIT)


@pytest.mark.parametrize("encoding", ["gzip", "br"])
@pytest.mark.parametrize("body", [b"", b"<html>", b"\x1f\x8b\x08\x00garbage", bytes(range(256)) * 20])
def test_what_is_no_packing_is_left_to_the_unpacker(body, encoding):
    assert breaks_off(body, encoding, LIMIT) in (True, False)


def test_a_bomb_is_left_to_the_unpacker():
    assert not breaks_off(gzip.compress(b"\0" * 10**7), "gzip", 10**5)


def test_several_members_are_one_body():
    assert not breaks_off(gzip.compress(TEXT) + gzip.compress(TEXT), "gzip", LIMIT)
