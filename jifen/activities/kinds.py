"""``config/activities.toml``: kinds of activity, what is due of a branch, gates, the check-in window."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from jifen.core.period import Cycle
from jifen.core.settings import ROOT

FILE = ROOT / "config" / "activities.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of activity (活动种类)."""

    code: str
    name: str
    words: tuple[str, ...] = ()
    #: Everybody of the audience is expected, nobody signs up, and who stays away is absent.
    expects: bool = False
    #: Only holders of a post in the unit are expected (支委会).
    posts_only: bool = False
    #: Word by which the rulebook's item is found; none: nothing is scored.
    item: str | None = None
    check_out: bool = False
    #: Minutes served go to the hours account.
    hours: bool = False
    class_hours: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What a regulation expects of each branch (应开展次数)."""

    kind: str
    per: Cycle
    least: int
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Who may sign up at all (报名条件)."""

    code: str
    name: str
    #: Categories of member; empty: all.
    categories: tuple[str, ...] = ()
    #: Days of belonging to the organisation.
    days: int = 0


@dataclass(frozen=True, slots=True)
class Window:
    """When a check-in counts, in minutes around the planned time."""

    opens: int
    late_after: int
    early_before: int


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole file."""

    kinds: dict[str, Kind]
    due: tuple[Due, ...]
    gates: dict[str, Gate]
    window: Window
    #: Class-hours a year: of a member, and of a secretary or committee member.
    class_hours: tuple[Decimal, Decimal]
    class_hours_basis: str


@lru_cache(maxsize=1)
def load() -> Plan:
    """Return the file.

    :raises ValueError: it names a kind that it does not define, or a field that is none
    """
    data = tomllib.loads(FILE.read_text(encoding="utf-8"))
    try:
        kinds = {k["code"]: Kind(**{**k, "words": tuple(k.get("words", ()))}) for k in data["kind"]}
        due = tuple(Due(**{**d, "per": Cycle(d["per"])}) for d in data["due"])
        gates = {g["code"]: Gate(**{**g, "categories": tuple(g.get("categories", ()))}) for g in data["gate"]}
        hours = data["class_hours"]
        plan = Plan(
            kinds,
            due,
            gates,
            Window(**data["check_in"]),
            (Decimal(hours["member"]), Decimal(hours["officer"])),
            hours["basis"],
        )
    except (TypeError, KeyError) as err:
        raise ValueError(f"config/activities.toml：{err}") from err
    if strange := {d.kind for d in due} - kinds.keys():
        raise ValueError(f"config/activities.toml：没有定义的种类 {'、'.join(sorted(strange))}")
    return plan


def kind(code: str) -> Kind:
    """Return the kind with that code; a kind taken out of the file later keeps its code for a name."""
    return load().kinds.get(code) or Kind(code=code, name=code)
