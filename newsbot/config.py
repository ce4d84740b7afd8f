"""The configuration: sources, rules and tables, read once and never changed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal, get_args

from newsbot.caption_tables import CaptionTables, load_caption_tables
from newsbot.credit_tables import CreditTables, load_credit_tables
from newsbot.date_tables import DateTables, load_date_tables
from newsbot.errors import ConfigError, SourceError
from newsbot.gate_tables import GateTables, load_gate_tables
from newsbot.rules import Rule, RuleBook, load_rule_file
from newsbot.sources import Source, load_source
from newsbot.urls import host_of

PROJECT: Final = Path(__file__).resolve().parent.parent
Speed = Literal["default", "fast"]
SPEEDS: Final[tuple[Speed, ...]] = get_args(Speed)
Mining = Literal["record", "obey"]
MININGS: Final[tuple[Mining, ...]] = get_args(Mining)
SHIPPED: Final = PROJECT / "data"
"""The data folder of the project."""


@dataclass(frozen=True, eq=False)
class Config:
    """Everything that the functions of the core need to know besides the page. Loaded once, compared by identity."""

    folders: tuple[Path, ...]
    """Data folders that were read, the shipped one first; workers load the same ones."""
    sources: Mapping[str, Source]
    """By id, sorted."""
    rules: Mapping[str, tuple[Rule, ...]]
    """By language (BCP 47 primary subtag), and ``any``."""
    dates: DateTables
    """Words, zones and orders of dates."""
    credits: CreditTables
    """Agencies, and the words of bylines, source lines and datelines."""
    captions: CaptionTables
    """Labels of captions and photo credits."""
    gates: GateTables
    """Words of paywalls."""
    speed: Speed = "default"
    """``fast``: without trafilatura's verdict, for bulk work."""
    tdm: Mining = "record"
    """What a reservation of text and data mining means, where the source does not say: it is recorded, or the page is not."""

    def source_of(self, url: str) -> Source | None:
        """The source that claims the host of *url*, or the closest domain above it."""
        host = host_of(url)
        while host:
            if host in self._hosts:
                return self._hosts[host]
            host = host.partition(".")[2]
        return None

    def rulebook(self, language: str | None, source: Source | None) -> RuleBook:
        """The rules for a page: its source's own, its language's, English, language-free.

        English is always in: sites of every language carry the untranslated lines of their theme (``Continue reading``).
        """
        return _rulebook(self, (language or "").partition("-")[0].lower(), source.id if source else None)

    @property
    def _hosts(self) -> Mapping[str, Source]:
        return _hosts(self)


@lru_cache(maxsize=1024)
def _rulebook(config: Config, language: str, source_id: str | None) -> RuleBook:
    source = config.sources.get(source_id) if source_id else None
    families = dict.fromkeys((language, "en", "any"))
    shared = RuleBook(tuple(rule for family in families for rule in config.rules.get(family, ())))
    return shared + (source.rules if source else [])


@lru_cache(maxsize=8)
def _hosts(config: Config) -> Mapping[str, Source]:
    return {host: source for source in config.sources.values() for host in source.all_hosts}


def data_folders() -> tuple[Path, ...]:
    """The shipped data folder and, laid over it, the user's (``NEWSBOT_DATA``).

    Raises:
        ConfigError: when ``NEWSBOT_DATA`` names no folder.
    """
    own = os.environ.get("NEWSBOT_DATA")
    if not own:
        return (SHIPPED,)
    if not Path(own).is_dir():
        raise ConfigError(f"NEWSBOT_DATA: {own} is no folder; make it, or unset the variable")
    return (SHIPPED, Path(own).resolve())


def load_config(folders: tuple[Path, ...] | None = None) -> Config:
    """The configuration of *folders* (default: :func:`data_folders`); a file in a later folder replaces its namesake.

    The speed is that of ``NEWSBOT_SPEED``, what reservations mean that of ``NEWSBOT_TDM``.

    Raises:
        ConfigError: one line that names file, key and mend.
    """
    folders = data_folders() if folders is None else folders
    sources = [load_source(path) for path in _layered(folders, "sources").values()]
    _require_unique_hosts(sources)
    return Config(
        folders=folders,
        sources=MappingProxyType({source.id: source for source in sources}),
        rules=MappingProxyType({path.stem: load_rule_file(path) for path in _layered(folders, "rules").values()}),
        dates=load_date_tables(folders),
        credits=load_credit_tables(folders),
        captions=load_caption_tables(folders),
        gates=load_gate_tables(folders),
        speed=_speed(os.environ.get("NEWSBOT_SPEED") or "default"),
        tdm=_mining(os.environ.get("NEWSBOT_TDM") or "record"),
    )


def _speed(name: str) -> Speed:
    for speed in SPEEDS:
        if name == speed:
            return speed
    raise ConfigError(f"NEWSBOT_SPEED: {name!r} is no speed; give one of {', '.join(SPEEDS)}")


def _mining(name: str) -> Mining:
    for mining in MININGS:
        if name == mining:
            return mining
    raise ConfigError(f"NEWSBOT_TDM: {name!r} is not known; give one of {', '.join(MININGS)}")


def _layered(folders: tuple[Path, ...], room: str) -> dict[str, Path]:
    """TOML files of *room* by name, sorted, later folders over earlier ones."""
    files = {path.name: path for folder in folders for path in (folder / room).glob("*.toml")}
    return dict(sorted(files.items()))


def _require_unique_hosts(sources: list[Source]) -> None:
    """Two sources may not claim one host: a page would belong to both."""
    claimed: dict[str, str] = {}
    for source in sources:
        for host in sorted(source.all_hosts):
            if other := claimed.get(host):
                raise SourceError(
                    f"{source.id}.toml: homepage/hosts: {host} belongs to source {other!r} already; take it out of one of them"
                )
            claimed[host] = source.id
