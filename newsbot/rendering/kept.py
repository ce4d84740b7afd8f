"""Scripts that one page after another asks for, kept for the run."""

from __future__ import annotations

from newsbot.rendering.values import Answer


class KeptScripts:
    """The scripts used last, by address, as many as fit into *max_bytes*."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._answers: dict[str, Answer] = {}
        self._bytes = 0

    def find(self, url: str) -> Answer | None:
        """The script at *url*."""
        answer = self._answers.pop(url, None)
        if answer is not None:
            self._answers[url] = answer  # the one used last stands last
        return answer

    def keep(self, url: str, answer: Answer) -> None:
        """Keep *answer*, and let go of what was not used for longest."""
        if url in self._answers or len(answer.body) > self._max_bytes:
            return
        self._answers[url] = answer
        self._bytes += len(answer.body)
        while self._bytes > self._max_bytes:
            self._bytes -= len(self._answers.pop(next(iter(self._answers))).body)
