"""Words of paywall and registration gates, from ``data/gates.toml``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from newsbot.errors import TableError
from newsbot.reading.folding import fold
from newsbot.toml import one_line, read_toml

GateKind = Literal["pay", "account"]
Phrase = Annotated[str, Field(min_length=4, max_length=120)]
_FILE: Final = "gates.toml"


class Gate(BaseModel):
    """The gate words of one language."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]
    pay: list[Phrase] = []
    """For subscribers only."""
    account: list[Phrase] = []
    """For readers with an account, or so many stories a month."""


class _GateFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    gate: list[Gate] = []


@dataclass(frozen=True, slots=True)
class GateTables:
    """Folded phrases with the kind of gate that they stand for, longest first."""

    phrases: tuple[tuple[str, GateKind], ...] = ()

    def kind_of(self, text: str) -> GateKind | None:
        """The kind of gate that *text* is; ``None`` when it is none."""
        folded = fold(text)
        return next((kind for phrase, kind in self.phrases if phrase in folded), None)


def load_gate_tables(folders: Sequence[Path]) -> GateTables:
    """The table of the last folder that has one.

    Raises:
        TableError: one line that names file, key and mend.
    """
    path = next((folder / _FILE for folder in reversed(folders) if (folder / _FILE).exists()), None)
    if path is None:
        return GateTables()
    try:
        table = _GateFile.model_validate(read_toml(path, TableError))
    except ValidationError as error:
        raise TableError(f"{path}: {one_line(error, _GateFile)}") from None
    phrases: dict[str, GateKind] = {}
    for gate in table.gate:
        phrases |= {fold(phrase): "pay" for phrase in gate.pay}
        phrases |= {fold(phrase): "account" for phrase in gate.account}
    return GateTables(tuple(sorted(phrases.items(), key=lambda pair: (-len(pair[0]), pair[0]))))
