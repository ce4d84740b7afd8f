import io

from rich.console import Console

from newsbot.summary import exit_code, table, tally


def test_the_table_sums_up_and_says_which_source_failed():
    stats = {
        "a/list": 1, "a/found": 3, "a/fetched": 2, "a/article/new": 1, "a/rejected/listing": 1, "a/failed/http_404": 1,
        "b/list_failed/dns": 1, "c/list": 1, "c/found": 1, "c/fetched": 1, "c/rejected/listing": 1,
    }  # fmt: skip
    console = Console(width=160, file=io.StringIO(), record=True)
    console.print(table(tally({f"newsbot/source/{key}": number for key, number in stats.items()}, ["d"])))
    lines = [line.split() for line in console.export_text().splitlines()]
    assert lines[1] == ["a", "3", "2", "0", "1", "0", "0", "1", "listing", "1", "http_404"]
    assert lines[2] == ["b", "0", "0", "0", "0", "0", "0", "SOURCE", "FAILED,", "lists:", "1", "dns"]
    assert lines[4] == ["d", "0", "0", "0", "0", "0", "0"]
    assert lines[5] == ["all", "4", "3", "0", "1", "0", "0", "2", "listing", "lists:", "1", "dns,", "1", "http_404"]


def test_what_waits_and_what_was_given_up_is_said():
    stats = {"a/list": 1, "a/found": 4, "a/not_due": 1, "a/not_modified": 1, "a/quarantined/http_500": 1, "a/waiting/http_429": 2}
    (row,) = tally({f"newsbot/source/{key}": number for key, number in stats.items()})
    console = Console(width=160, file=io.StringIO(), record=True)
    console.print(table([row]))
    assert "quarantined: 1 http_500, waiting: 2 http_429" in console.export_text()
    assert exit_code([row]) == 0


def test_counts_that_are_new_to_the_summary_are_kept():
    (row,) = tally(
        {"newsbot/source/a/robots/denied": 2, "newsbot/source/a/robots/odd": 1, "newsbot/source/a/hubs": 1, "newsbot/source/a/found": 1}
    )
    assert (row.more, row.found) == ({"robots": 3, "hubs": 1}, 1)
