"""Every rule, present and future, proves itself with its own examples."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from lxml import html

from newsbot.config import SHIPPED, load_config
from newsbot.errors import RuleError
from newsbot.reading.folding import fold
from newsbot.rules import LONGEST_MATCH, Rule, RuleBook, compiled, load_rule_file

CONFIG = load_config((SHIPPED,))
FAMILIES = sorted(CONFIG.rules)
RULES = [pytest.param(family, rule, id=rule.id) for family in FAMILIES for rule in CONFIG.rules[family]]
SITE_RULES = [pytest.param(None, rule, id=rule.id) for source in CONFIG.sources.values() for rule in source.rules]
WANTED = "ar fa ur ckb he en fr de es it pt nl sv da no pl cs ru uk el tr id hi zh ja ko any".split()


def finds(rule: Rule, snippet: str) -> bool:
    """Whether the subtree rule *rule* finds something in *snippet*."""
    return bool(html.document_fromstring(f"<body>{snippet}</body>").cssselect(rule.select or ""))


@pytest.mark.parametrize(("family", "rule"), [*RULES, *SITE_RULES])
def test_a_rule_removes_its_own_examples(family: str | None, rule: Rule) -> None:
    for example in rule.removes:
        if rule.pattern is None:
            assert finds(rule, example), example
        else:
            assert len(fold(example)) <= LONGEST_MATCH, example
            assert compiled(rule.pattern).fullmatch(fold(example)), example


@pytest.mark.parametrize(("family", "rule"), [*RULES, *SITE_RULES])
def test_no_rule_at_all_removes_what_a_rule_says_must_be_kept(family: str | None, rule: Rule) -> None:
    book = RuleBook((*CONFIG.rulebook(family, None).rules, rule))
    for example in rule.keeps:
        matched = [other.id for other in book.phrases if rule.pattern and compiled(other.pattern or "").fullmatch(fold(example))]
        found = [other.id for other in book.selectors if rule.select and finds(other, example)]
        assert not matched + found, example


def crafted(rule: Rule) -> list[str]:
    """Long lines that make a pattern with ambiguous repetitions of its own words run for ever."""
    examples = [fold(example) for example in rule.removes]
    words = {word for example in examples for word in example.split()}
    lines = [f"{word}{mark}" * LONGEST_MATCH for word in sorted(words) for mark in (" ", ", ")]
    lines += [f"{example} " * LONGEST_MATCH for example in examples] + [f"{example} " + "a " * LONGEST_MATCH for example in examples]
    return [line[:LONGEST_MATCH] for line in (*lines, "a" * LONGEST_MATCH, "- " * LONGEST_MATCH)]


@pytest.mark.parametrize(("family", "rule"), [case for case in [*RULES, *SITE_RULES] if case.values[1].pattern])
def test_a_pattern_is_quick_on_crafted_lines(family: str | None, rule: Rule) -> None:
    pattern, started = compiled(rule.pattern or ""), time.process_time()
    lines = crafted(rule)
    for line in lines:
        pattern.fullmatch(line)
    assert (time.process_time() - started) / len(lines) < 0.02, "the pattern backtracks"


def test_the_languages_of_the_project_have_rules() -> None:
    assert not set(WANTED) - set(FAMILIES)


def test_a_selector_with_many_parts_stands_once_for_each_of_them() -> None:
    rule = Rule(id="a", select=".one, #two", why="Two in one.", removes=["<p class='one'>x</p>"])
    assert [part.select for part in RuleBook((rule,)).selectors] == [".one", "#two"]


@pytest.mark.parametrize(
    ("entry", "complaint"),
    [
        ("pattern = 'أخبار'", "folding changes it; write it folded: اخبار"),
        ("pattern = 'share .*'", "have no bound"),
        ("pattern = 'share ('", "no regular expression"),
        ("select = 'div['", "no CSS selector"),
        ("pattern = 'a'\nselect = 'b'", "exactly one of"),
        ("pattern = 'a'\npatern = 'b'", "did you mean 'pattern'"),
    ],
)
def test_a_broken_rule_is_named_with_its_mend(tmp_path: Path, entry: str, complaint: str) -> None:
    path = tmp_path / "ar.toml"
    path.write_text(f'[[rule]]\nid = "broken"\n{entry}\nwhy = "Only a test."\nremoves = ["x"]\n', encoding="utf-8")
    with pytest.raises(RuleError) as caught:
        load_rule_file(path)
    message = str(caught.value)
    assert complaint in message and "'broken'" in message and "\n" not in message
