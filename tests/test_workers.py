import gc
import os
import subprocess
import sys
import time

import pytest

from newsbot.workers import WorkerError, WorkerPool
from tests.tasks import fail_to_set_up, set_up


def test_a_task_that_hangs_is_ended_and_the_next_one_gets_a_new_worker():
    with WorkerPool(set_up, jobs=1, timeout_s=0.5) as pool:
        before, hung, spun, after = (pool.submit(task) for task in ("a", "hang", "spin", "b"))
        assert before.result()[0] == "a"
        for lost in (hung, spun):
            with pytest.raises(WorkerError) as raised:
                lost.result()
            assert raised.value.code == "timeout"
        assert after.result()[0] == "b"
        assert after.result()[1] != before.result()[1]


def test_a_task_that_kills_its_worker_is_reported_and_others_are_not_touched():
    with WorkerPool(set_up, jobs=2, timeout_s=10) as pool:
        futures = [pool.submit("die" if number == 3 else str(number)) for number in range(8)]
        with pytest.raises(WorkerError, match="code 7"):
            futures[3].result()
        assert [future.result()[0] for future in futures[:3] + futures[4:]] == ["0", "1", "2", "4", "5", "6", "7"]


def test_a_task_whose_worker_dies_is_tried_once_more(tmp_path):
    with WorkerPool(set_up, jobs=1, timeout_s=10) as pool:
        assert pool.submit(["die once", str(tmp_path)]).result()[0] == ["die once", str(tmp_path)]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds what a process takes")
def test_a_task_that_needs_too_much_memory_is_reported_and_the_next_one_gets_a_new_worker():
    with WorkerPool(set_up, jobs=1, timeout_s=10, memory_mb=200) as pool:
        before, eaten, after = (pool.submit(task) for task in ("a", "eat", "b"))
        with pytest.raises(WorkerError, match="memory") as raised:
            eaten.result()
        assert raised.value.code == "worker_died"
        assert after.result()[1] != before.result()[1]


def test_an_unexpected_error_is_one_line_and_the_worker_goes_on():
    with WorkerPool(set_up, jobs=1, timeout_s=10) as pool:
        with pytest.raises(WorkerError) as raised:
            pool.submit("raise").result()
        assert raised.value.code == "worker_died"
        assert raised.value.reason.startswith("ValueError: of two lines (tasks.py:")
        first, second = pool.submit("a").result()[1], pool.submit("b").result()[1]
        assert first == second


def test_what_a_worker_prints_does_not_reach_standard_output(capfd):
    with WorkerPool(set_up, jobs=1, timeout_s=10) as pool:
        pool.submit("print").result()
    assert capfd.readouterr().out == ""


def test_closing_cancels_what_waits_and_ends_the_workers():
    pool = WorkerPool(set_up, jobs=1, timeout_s=10)
    process = pool.submit("a").result()[1]
    pool.close()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_workers_end_when_their_owner_is_killed():
    code = "from newsbot.workers import WorkerPool; from tests.tasks import set_up; p = WorkerPool(set_up, 1, 60)"
    code += "; print(p.submit('a').result()[1], flush=True); p.submit('spin').result()"
    owner = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    worker = int(owner.stdout.readline())
    owner.kill()
    owner.communicate()
    for _ in range(100):
        if not _is_running(worker):
            return
        time.sleep(0.1)
    pytest.fail("the worker outlived its owner")


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True, check=False).stdout
    return not state.strip().startswith("Z")


def test_a_worker_that_cannot_be_set_up_is_reported_and_ended():
    with WorkerPool(fail_to_set_up, 1, 30) as pool, pytest.raises(WorkerError, match="no table"):
        pool.submit("anything").result()
    gc.collect()  # a process left running would warn here, and warnings are errors
