"""A process that runs the command line of re-extraction on Spark again and again, with one Java machine: ``python -m tests.spark.driver``.

One JSON list of arguments a line in; ``{"code", "said"}`` a line out.
"""

from __future__ import annotations

import io
import json
import os
import sys
from contextlib import redirect_stderr

from newsbot.spark.command_line import main


def serve() -> None:
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    for line in sys.stdin:
        said = io.StringIO()
        with redirect_stderr(said):
            code = main(json.loads(line))
        answers.write(json.dumps({"code": code, "said": said.getvalue()}) + "\n")
        answers.flush()


if __name__ == "__main__":
    serve()
