"""TOML files of the user: read, and complained about in one line."""

from __future__ import annotations

import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from newsbot.errors import ConfigError


def read_toml(path: Path, error: type[ConfigError]) -> dict[str, Any]:
    """The tables of *path*.

    Raises:
        ConfigError: of the class *error*, one line that names the file, the place and the mend.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as why:
        raise error(f"{path}: cannot be read ({why.strerror}); check the path and its rights") from why
    except UnicodeDecodeError as why:
        raise error(f"{path}: is not UTF-8 at byte {why.start}; save it as UTF-8") from why
    except tomllib.TOMLDecodeError as why:
        raise error(f"{path}: is not TOML: {why}; see https://toml.io for the form") from why


def one_line(error: ValidationError, model: type[BaseModel]) -> str:
    """The first fault of *error* as ``key: what is wrong; how to mend it``."""
    fault = error.errors(include_url=False)[0]
    key = ".".join(str(step) for step in fault["loc"])
    match fault["type"]:
        case "extra_forbidden":
            return f"{key}: unknown key; {_nearest(fault['loc'], model)}"
        case "missing":
            return f"{key}: is missing; add it"
        case "value_error":
            return f"{key}: {fault['ctx']['error']}"
        case _:
            return f"{key}: {fault['msg'][0].lower()}{fault['msg'][1:]}, not {fault['input']!r}; change the value"


def _nearest(place: tuple[int | str, ...], model: type[BaseModel]) -> str:
    """The key that was probably meant, or all keys of that table."""
    for step in place[:-1]:
        annotation = model.model_fields[str(step)].annotation if str(step) in model.model_fields else None
        if not (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
            break
        model = annotation
    near = get_close_matches(str(place[-1]), model.model_fields, n=1)
    return f"did you mean {near[0]!r}?" if near else f"take it out, or use one of: {', '.join(model.model_fields)}"
