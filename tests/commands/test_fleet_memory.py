"""The commands that read and change what was crawled, on a fleet's memory: the same in use."""

import argparse
import json
from contextlib import closing

import pytest
from scrapy.utils.misc import load_object
from scrapy.utils.project import get_project_settings

from pipelines.steps import MemorySteps
from tests.pipelines.test_fleet_writers import STORY, Worker, article
from tests.test_migration import crawled


@pytest.fixture
def scrapy(postgresql, tmp_path, capfd):
    """What a command says and ends with, as in a process of its own."""
    address = postgresql.empty()

    def run(name, *arguments, state=address):
        command = load_object(f"newsbot.commands.{name}.Command")()
        command.settings = get_project_settings()
        for setting, value in (("NEWSBOT_STATE", state), ("NEWSBOT_OUT", str(tmp_path / "out"))):
            command.settings.set(setting, value, priority="cmdline")
        parser = argparse.ArgumentParser(conflict_handler="resolve")
        command.add_options(parser)
        options, rest = parser.parse_known_args(arguments)
        code = 0
        try:
            command.process_options(rest, options)
            command.run(rest, options)
            code = command.exitcode
        except SystemExit as end:
            code = end.code
        return (code, *capfd.readouterr())

    run.address, run.out = address, tmp_path / "out"
    return run


def test_one_machine_becomes_a_fleet_and_is_read_as_before(scrapy, tmp_path):
    crawled(scrapy.out, range(3))
    before = scrapy("follow", "--once", state="state")
    said = scrapy("fleet", "import")
    assert said[0] == 0 and "with 3 files of the feed" in said[1] and said[2] == ""
    assert scrapy("follow", "--once") == before
    assert scrapy("export", "--to", "csv", str(tmp_path / "all.csv"))[0] == 0
    assert len((tmp_path / "all.csv").read_text().splitlines()) == 4
    (scrapy.out / "runs").mkdir(exist_ok=True)
    assert scrapy("report")[1].strip() == str(scrapy.out / "report" / "index.html")
    assert scrapy("prune", "--feed-days", "99999", "--dry-run")[0] == 2, "no number of days"
    assert "0 files, 0 B would go" in scrapy("prune", "--feed-days", "9999", "--dry-run")[1]
    assert scrapy("template", "nobody")[0] == 1


def test_an_article_of_a_fleet_is_forgotten(scrapy):
    crawled(scrapy.out, range(3))
    scrapy("fleet", "import")
    url = "https://www.a.example/1"
    assert "1 records in 1 files of the feed, 0 records of the archive would go" in scrapy("forget", "--dry-run", url)[1]
    assert "gone" in scrapy("forget", url)[1]
    lines = [json.loads(line) for line in scrapy("follow", "--once")[1].splitlines()]
    assert [line.get("event") for line in lines if "event" in line] == ["forgotten"]
    assert url not in {line.get("url") for line in lines}
    assert scrapy("forget", "0" * 32)[0] == 1


def test_a_fleet_becomes_one_machine_again(scrapy, tmp_path):
    scrapy("fleet", "init")
    worker = Worker(scrapy.address, "worker", scrapy.out)
    worker.judge(article())
    assert scrapy("fleet", "export", "--out", str(tmp_path / "back"))[0] == 2, "a worker is at work"
    worker.files.close(0)
    worker.die()
    said = scrapy("fleet", "export", "--out", str(tmp_path / "back"))
    assert said[0] == 0 and "with 1 files of the feed" in said[1]
    with closing(MemorySteps(tmp_path / "back", "state", 30, lambda *_: None)) as steps:
        assert steps.judge(article(text=STORY, day=2)) == "unchanged"
    assert scrapy("fleet", "export")[0] == 2


def test_a_database_that_is_not_there_is_one_line(scrapy):
    nowhere = "postgresql://newsbot:secret@127.0.0.1:1/postgres"
    for arguments in (["follow", "--once"], ["prune", "--feed-days", "3"], ["forget", "0" * 32], ["report"], ["template", "town"]):
        code, out, err = scrapy(*arguments, state=nowhere)
        assert code == 2 and out == "" and err.count("\n") == 1 and "secret" not in err
