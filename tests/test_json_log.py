import json
import logging
import sys

import pytest
from scrapy.settings import Settings

from newsbot.errors import ConfigError, OutputError
from newsbot.json_log import JsonFormatter, is_json, log_as_json


@pytest.fixture
def root():
    before = list(logging.root.handlers)
    yield logging.root
    for handler in [handler for handler in logging.root.handlers if handler not in before]:
        logging.root.removeHandler(handler)
        handler.close()


def told(message, *args, **values):
    record = logging.LogRecord("news", logging.WARNING, __file__, 1, message, args, values.pop("exc_info", None))
    record.__dict__.update(values)
    line = JsonFormatter().format(record)
    assert "\n" not in line
    return json.loads(line)


def test_a_line_is_one_object_whatever_is_in_it():
    one = told('%s: لم يُقرأ\n"x" \ud800', "town")
    assert (one["level"], one["logger"], one["message"]) == ("WARNING", "news", 'town: لم يُقرأ\n"x" \ud800')
    assert one["time"].endswith("Z") and set(one) == {"time", "level", "logger", "message"}


def test_tracebacks_and_the_summary_of_a_run_are_keys():
    try:
        raise ValueError("why")
    except ValueError:
        one = told("failed", exc_info=sys.exc_info(), run_summary={"exit_code": 0})
    assert one["error"].endswith("ValueError: why") and one["run"] == {"exit_code": 0}


def test_lines_go_to_the_log_file_and_scrapy_makes_none(root, tmp_path):
    settings = Settings({"NEWSBOT_LOG": "json", "LOG_FILE": str(tmp_path / "log"), "LOG_LEVEL": "INFO"})
    assert is_json(settings)
    log_as_json(settings)
    logging.getLogger("newsbot.test").warning("أهلا \ud800")
    logging.getLogger("newsbot.test").debug("no")
    (line,) = (tmp_path / "log").read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["message"].startswith("أهلا")
    assert settings["LOG_FILE"] is None and not settings.getbool("LOG_ENABLED")


def test_a_form_that_is_none_and_a_file_that_cannot_be_written_are_one_line(tmp_path):
    with pytest.raises(ConfigError, match="'xml' is no form"):
        is_json(Settings({"NEWSBOT_LOG": "xml"}))
    with pytest.raises(OutputError, match="cannot be written"):
        log_as_json(Settings({"LOG_FILE": str(tmp_path)}))
