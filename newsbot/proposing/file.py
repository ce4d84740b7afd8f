"""A proposal as the TOML of a source file."""

from __future__ import annotations

import json
from collections.abc import Iterator

from newsbot.proposing.proposal import Finding, Proposal, Value


def to_toml(proposal: Proposal, homepage: str) -> str:
    """The text of ``<id>.toml``. What is not sure carries its reason in a comment; what was not found stands there as one."""
    top = [Finding("id", proposal.id, "", True), *(one for one in proposal.findings if "." not in one.key and one.key not in _NO_KEYS)]
    lines = [*map(_line, top[:2]), f"homepage = {_value(homepage)}", *map(_line, top[2:])]
    lines += ["enabled = false  # a source that is on was seen to work: crawl it once, look, then switch it on and add checked"]
    for table in ("discovery", "articles", "politeness"):
        entries = [one for one in proposal.findings if one.key.startswith(f"{table}.")]
        lines += ["", f"[{table}]", *(_line(one) for one in entries)] if entries else []
    return "\n".join(lines) + "\n"


_NO_KEYS = frozenset({"direction", "discovery"})


def _line(finding: Finding) -> str:
    key = finding.key.rpartition(".")[2]
    if finding.value is None:
        return f"# {key}: not found ({finding.why})"
    remark = "" if finding.sure or not finding.why else f"  # not sure: {finding.why}"
    return f"{key} = {_value(finding.value)}{remark}"


def _value(value: Value) -> str:
    """TOML's basic strings are JSON's, but for one escape that JSON leaves open."""
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, float):
        return f"{value:g}"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def unsure(proposal: Proposal) -> Iterator[Finding]:
    """What a person should look at."""
    yield from (finding for finding in proposal.findings if finding.value is None or not finding.sure)
