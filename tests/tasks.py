"""Work for the worker pool's tests: must be importable by a worker."""

import os
import time
from pathlib import Path


def set_up():
    return perform


def perform(task):
    match task:
        case "hang":
            time.sleep(60)
        case "spin":
            while True:
                pass
        case "die":
            os._exit(7)
        case "eat":
            return len(bytearray(2**30))
        case ["die once", folder]:
            mark = Path(folder) / "died"
            if not mark.exists():
                mark.touch()
                os._exit(9)
        case "raise":
            raise ValueError("of two\nlines")
        case "print":
            print("not among the results")
    return task, os.getpid()


def fail_to_set_up():
    raise ValueError("no table")
