import fcntl

from hypothesis import given
from hypothesis import strategies as st

from pipelines.jsonl import OPEN_FILES, JsonlWriter, finish_torn


def test_a_file_gets_its_name_when_it_is_finished(tmp_path):
    writer = JsonlWriter(tmp_path, "run")
    writer.write("a/2024-05-05", b"1\n")
    assert [path.name for path in tmp_path.rglob("*.jsonl*")] == ["run-0001.jsonl.part"]
    writer.write("a/2024-05-05", b"2\n")
    writer.finish()
    assert (tmp_path / "a/2024-05-05/run-0001.jsonl").read_bytes() == b"1\n2\n"
    assert list(tmp_path.rglob("*.part")) == []


def test_many_folders_do_not_exhaust_open_files(tmp_path):
    writer = JsonlWriter(tmp_path, "run")
    for number in range(OPEN_FILES * 2):
        if writer.is_full():
            writer.finish_oldest()
        writer.write(str(number), b"x\n")
    writer.write("0", b"y\n")
    writer.finish()
    assert sorted(path.read_bytes() for path in (tmp_path / "0").iterdir()) == [b"x\n", b"y\n"]


@given(st.binary(max_size=300))
def test_whatever_a_killed_run_left_only_whole_lines_stay(tmp_path_factory, left):
    folder = tmp_path_factory.mktemp("out")
    (folder / "run-0001.jsonl.part").write_bytes(left)
    finished = list(finish_torn(folder))
    whole = left[: left.rfind(b"\n") + 1]
    assert [path.read_bytes() for path in finished] == ([whole] if whole else [])
    assert [path.name for path in folder.iterdir()] == (["run-0001.jsonl"] if whole else [])


def test_a_long_torn_line_is_cut(tmp_path):
    (tmp_path / "run-0001.jsonl.part").write_bytes(b"whole\n" + b"x" * 500_000)
    assert [path.read_bytes() for path in finish_torn(tmp_path)] == [b"whole\n"]


def test_a_file_that_a_living_run_writes_is_left_alone(tmp_path):
    part = tmp_path / "run-0001.jsonl.part"
    part.write_bytes(b"whole\ntor")
    with part.open("rb") as living:
        fcntl.flock(living, fcntl.LOCK_EX)
        assert list(finish_torn(tmp_path)) == []
    assert part.read_bytes() == b"whole\ntor"
