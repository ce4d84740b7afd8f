import pytest
from scrapy.exceptions import UsageError
from scrapy.settings import Settings

from newsbot.commands import refusals, state_name, state_of


def test_the_memory_is_a_folder_or_none():
    assert state_name(Settings({"NEWSBOT_STATE": "state"})) == "state"
    assert state_name(Settings({"NEWSBOT_STATE": ""})) == state_name(Settings({"NEWSBOT_STATE": None})) == ""


def test_an_address_is_taken_where_it_is_that_of_a_database():
    assert state_of(Settings({"NEWSBOT_STATE": "postgresql://db.example/crawl"})) == "postgresql://db.example/crawl"
    with pytest.raises(UsageError, match=r"redis://\.\.\. is no place"):
        state_of(Settings({"NEWSBOT_STATE": "redis://:secret@db.example"}))


def test_a_fleet_is_refused_by_what_is_for_one_machine_in_one_line_that_keeps_the_password(capsys):
    settings = Settings({"NEWSBOT_STATE": "postgresql://me:secret@db.example/crawl"})
    with pytest.raises(UsageError, match="is not for a fleet"):
        state_name(settings)
    with pytest.raises(SystemExit, match="2"), refusals():
        state_name(settings)
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "secret" not in said
