"""Worker processes with limits of time and memory for each task: a worker that hangs or dies is replaced, its task is reported.

A worker is a fresh Python process, started by this very file: nothing is forked out of a running event loop, the caller's main
module is not imported again, a Ctrl-C in the terminal does not reach it, and whatever it prints goes to standard error.
"""

from __future__ import annotations

import os
import pickle
import queue
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Generic, Literal, Self, TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")

START_LIMIT_S: Final = 120.0
"""A worker that is not ready by then has failed; importing everything takes about two seconds on an idle machine."""
MEMORY_MB: Final = 470
"""What a worker may take beyond the 140 that it holds when it is ready: with its libraries it stays under 600."""
_PARENT_CHECK_S: Final = 1.0
_NO_MEMORY: Final = 73
"""Exit code of a worker that needed more memory than it may take."""


class WorkerError(Exception):
    """A task without a result.

    *code* says why: ``timeout`` (its worker was killed), or ``worker_died`` (twice; or met an error that nobody expected).
    """

    def __init__(self, code: Literal["timeout", "worker_died"], reason: str) -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason
        """One line for people."""


class _WorkerDied(WorkerError):
    """The process ended, whoever's fault it was."""


class WorkerPool(Generic[Task, Result]):
    """Up to *jobs* processes, each of which calls ``setup()`` once and then the function that it returned for every task.

    A task whose worker dies is tried once more, with a new worker: the first one may have died of something else. *memory_mb* bounds what
    a worker may take beyond what it holds when it is ready (Linux; elsewhere the system's own bounds hold).
    *setup*, tasks and results travel pickled. Workers start when there is work for them, and end with the pool, with the
    process that owns it, or within a second of its violent death.
    """

    def __init__(
        self,
        setup: Callable[[], Callable[[Any], Result]],
        jobs: int,
        timeout_s: float,
        prepare: Callable[[Task], Any] | None = None,
        memory_mb: int = MEMORY_MB,
    ) -> None:
        """Open the pool; *prepare*, called when a worker is free for a task, makes what travels (in a thread, so it only reads)."""
        self._setup = pickle.dumps((setup, memory_mb))
        self._prepare = prepare
        self._timeout_s = timeout_s
        self._tasks: queue.SimpleQueue[tuple[Future[Result], Task] | None] = queue.SimpleQueue()
        self._threads = [threading.Thread(target=self._serve, name=f"worker-{number}", daemon=True) for number in range(max(jobs, 1))]
        for thread in self._threads:
            thread.start()

    def submit(self, task: Task) -> Future[Result]:
        """The result of *task*, to come; or a :class:`WorkerError`."""
        future: Future[Result] = Future()
        self._tasks.put((future, task))
        return future

    def close(self) -> None:
        """Cancel the tasks that wait, wait for those that run, and end all workers."""
        with suppress(queue.Empty):
            while waiting := self._tasks.get_nowait():
                waiting[0].cancel()
        for _ in self._threads:
            self._tasks.put(None)
        for thread in self._threads:
            thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _serve(self) -> None:
        """One thread: hands tasks to one worker, one at a time."""
        worker: _Worker | None = None
        while (item := self._tasks.get()) is not None:
            future, task = item
            if not future.set_running_or_notify_cancel():
                continue
            try:
                worker = worker if worker and worker.is_alive() else _Worker(self._setup)
                message = self._prepare(task) if self._prepare else task
                try:
                    future.set_result(worker.call(message, self._timeout_s))
                except _WorkerDied:
                    worker = _Worker(self._setup)
                    future.set_result(worker.call(message, self._timeout_s))
            except Exception as error:  # noqa: BLE001  whatever it is, it belongs to the caller who waits
                future.set_exception(error)
        if worker:
            worker.stop()


class _Worker:
    """The near end of one worker process."""

    def __init__(self, setup: bytes) -> None:
        self._pipe, far_end = Pipe()
        command = [sys.executable, "-P", __file__, str(far_end.fileno())]
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=2, pass_fds=[far_end.fileno()], start_new_session=True)
        far_end.close()
        try:
            self._exchange((sys.path, setup), START_LIMIT_S)
        except WorkerError:
            self.stop()
            raise

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def call(self, task: Any, timeout_s: float) -> Any:
        return self._exchange(task, timeout_s)

    def stop(self) -> None:
        self._pipe.close()
        self._process.kill()
        self._process.wait()

    def _exchange(self, message: Any, timeout_s: float) -> Any:
        try:
            self._pipe.send(message)
            if not self._pipe.poll(timeout_s):
                self.stop()
                raise WorkerError("timeout", f"took more than {timeout_s:g} s")
            failure, result = self._pipe.recv()
        except (EOFError, OSError):
            self.stop()
            raise _WorkerDied("worker_died", _cause_of_death(self._process.returncode)) from None
        if failure:
            raise WorkerError("worker_died", failure)
        return result


def _cause_of_death(code: int) -> str:
    return "needed more memory than a page may take" if code == _NO_MEMORY else f"the process ended with code {code}"


def _work(pipe: Connection) -> None:
    """The far end: answer ``(failure, result)`` to every message until the pipe closes."""
    function: Callable[[Any], Any] = _set_up
    with suppress(EOFError, OSError):
        while True:
            message = pipe.recv()
            try:
                answer = (None, function(message))
                if function is _set_up:
                    function, answer = answer[1], (None, None)
                pipe.send(answer)
            except MemoryError:
                os._exit(_NO_MEMORY)  # what is left of the heap is in pieces: the next page deserves a new one
            except Exception as error:  # noqa: BLE001  the last line of defence: any page may find a fault in any library
                pipe.send((_described(error), None))


def _set_up(message: tuple[list[str], bytes]) -> Callable[[Any], Any]:
    sys.path[:], pickled = message
    setup, memory_mb = pickle.loads(pickled)
    ready: Callable[[Any], Any] = setup()
    _bound_memory(memory_mb)
    return ready


def _bound_memory(more_mb: int) -> None:
    """Let this process take *more_mb* beyond what it holds now. Counted is its private writable memory: what grows with a page."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return  # not Linux
    held_kb = int(status.partition("VmData:")[2].split()[0])
    limit = held_kb * 1024 + more_mb * 2**20
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


def _described(error: Exception) -> str:
    """*error* and the place where it was raised, in one line."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = f" ({os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno})" if trace else ""  # noqa: PTH119
    return " ".join(f"{type(error).__name__}: {error}".split())[:300] + place


def _end_with(parent: int) -> None:
    """End this process, however busy, soon after its *parent* is gone."""
    while os.getppid() == parent:
        time.sleep(_PARENT_CHECK_S)
    os._exit(1)


def main() -> None:
    """Serve the pipe whose number is on the command line."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    _work(Connection(int(sys.argv[1])))


if __name__ == "__main__":
    main()
