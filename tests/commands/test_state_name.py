import pytest
from scrapy.exceptions import UsageError
from scrapy.settings import Settings

from newsbot.commands import refusals, state_name


def test_the_memory_is_a_folder_or_none():
    assert state_name(Settings({"NEWSBOT_STATE": "state"})) == "state"
    assert state_name(Settings({"NEWSBOT_STATE": ""})) == state_name(Settings({"NEWSBOT_STATE": None})) == ""


def test_half_a_fleet_is_refused_in_one_line_that_keeps_the_password(capsys):
    settings = Settings({"NEWSBOT_STATE": "postgresql://me:secret@db.example/crawl"})
    with pytest.raises(UsageError, match="not supported yet"):
        state_name(settings)
    with pytest.raises(SystemExit, match="2"), refusals():
        state_name(settings)
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "secret" not in said
