"""``config/sampling.toml``: how much is looked at a second time; loading is checking."""

from __future__ import annotations

import tomllib
from dataclasses import astuple, dataclass
from functools import lru_cache

from jifen.core.settings import ROOT


@dataclass(frozen=True, slots=True)
class Rates:
    """How much is looked at: lines of a branch and of an organisation, the same of hours, and in how many working days."""

    each: int
    most: int
    hours_each: int
    hours_most: int
    days: int
    #: Below so many looks no share is shown.
    few: int


@lru_cache(maxsize=1)
def rates() -> Rates:
    """Return the rates; loading is checking."""
    found = Rates(**tomllib.loads((ROOT / "config" / "sampling.toml").read_text(encoding="utf-8")))
    if min(astuple(found)) < 1:
        raise ValueError("config/sampling.toml: every number must be at least 1")
    return found
