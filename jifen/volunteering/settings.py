"""``config/volunteering.toml``: long days, late entries and stars; loading is checking."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jifen.core.settings import ROOT

FILE = ROOT / "config" / "volunteering.toml"
#: Sources that a certificate may tell of.
CERTIFIED = ("activity", "late_entry", "community", "import")
#: Fewest working days of publicity, where there is one.
LEAST_DAYS = 7
#: Which step of a decision chain each tier of a long day asks.
STEPS = ("department_committee", "work_committee")


@dataclass(frozen=True, slots=True)
class Stars:
    """One table of stars (星级标准): hours asked for, and what reaching them is called."""

    code: str
    name: str
    #: Only minutes by check-in and check-out, or all.
    verified_only: bool
    #: Ascending; the first is one star.
    hours: tuple[int, ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Settings:
    """What an installation decided about volunteer hours."""

    #: Most minutes of a day that stand without the first, the second higher organisation.
    tiers: tuple[int, ...]
    #: Days after the end in which a late entry may be made; 0: no bound.
    late_within_days: int
    tables: Mapping[str, Stars]
    #: Code of the table for everybody, and by code of an organisation for everybody below it.
    use: str
    local: Mapping[str, str]
    #: Sources of minutes that a certificate tells of; who recorded elsewhere certifies there.
    certified_sources: tuple[str, ...] = CERTIFIED
    #: Working days for which registered certificates are publicised; 0: they are not.
    publicity_days: int = 0


class BadVolunteering(ValueError):
    """The file says something that cannot be."""


@lru_cache(maxsize=1)
def load() -> Settings:
    """Return the file's settings.

    :raises BadVolunteering: it says something that cannot be
    """
    return read(tomllib.loads(FILE.read_text(encoding="utf-8")))


def read(raw: Mapping[str, Any]) -> Settings:
    """Return settings from what a file says.

    :raises BadVolunteering: it says something that cannot be
    """
    stars = raw["stars"]
    tables = {code: _stars(code, table) for code, table in stars["tables"].items()}
    local = {row["unit"]: row["table"] for row in stars.get("local", ())}
    tiers = tuple(hours * 60 for hours in raw["day"]["tiers"])
    if not _ascending(tiers) or len(tiers) != len(STEPS):
        raise BadVolunteering("day.tiers: two ascending numbers of hours")
    if unknown := {stars["use"], *local.values()} - set(tables):
        raise BadVolunteering(f"stars: no table {', '.join(sorted(unknown))}")
    within = raw["late"]["within_days"]
    if not isinstance(within, int) or within < 0:
        raise BadVolunteering("late.within_days: a number of days, 0 for no bound")
    certificates = raw.get("certificates", {})
    sources = tuple(certificates.get("sources", CERTIFIED))
    if not sources or not set(sources) <= set(CERTIFIED):
        raise BadVolunteering(f"certificates.sources: some of {', '.join(CERTIFIED)}")
    days = certificates.get("publicity_working_days", 0)
    if not isinstance(days, int) or (days and days < LEAST_DAYS):
        raise BadVolunteering(f"certificates.publicity_working_days: 0, or {LEAST_DAYS} and more")
    return Settings(tiers, within, tables, stars["use"], local, sources, days)


def _stars(code: str, raw: Mapping[str, Any]) -> Stars:
    hours, words = tuple(raw["hours"]), tuple(raw["words"])
    if not _ascending(hours) or len(hours) != len(words) or raw["of"] not in ("all", "verified"):
        raise BadVolunteering(f"stars.tables.{code}: ascending hours, as many words, of = all or verified")
    return Stars(code, raw["name"], raw["of"] == "verified", hours, words)


def _ascending(numbers: tuple[int, ...]) -> bool:
    whole = all(isinstance(one, int) and one > 0 for one in numbers)
    return whole and list(numbers) == sorted(set(numbers)) and bool(numbers)
