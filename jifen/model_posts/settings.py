"""``config/model_posts.toml``: kinds, conditions, the citizens' question, the words of consent; loading is checking."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from jifen.core.settings import ROOT
from jifen.decisions.rules import DECIDED_BY
from jifen.members.models import Category

FILE = ROOT / "config" / "model_posts.toml"
#: Steps that may stand in a chain: those whose organisation is in the tree.
_STEPS = frozenset({"branch_secretary", "branch_committee", "department_committee", "work_committee"})
_KIND = {
    *("code", "name", "plate", "individual", "chain", "review_by", "publicity_days", "validity_months"),
    *("review_months", "rectify_days", "wait_months", "quota", "quota_of", "level", "conditions"),
}
_CONDITIONS = {
    *("categories", "points_least", "hours_least", "no_veto", "members_percent", "leader_member"),
}


class BadModelPosts(ValueError):
    """The file says something that cannot be."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """What must hold of whoever answers for a post; what is not asked is None or False."""

    categories: frozenset[str]
    #: Points of the running period, at least.
    points_least: Decimal | None = None
    #: Whole hours of volunteer service ever, verified and attested.
    hours_least: int | None = None
    no_veto: bool = False
    #: Of the staff, at least so many per cent are members.
    members_percent: int | None = None
    leader_member: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of model post (示范岗的种类)."""

    code: str
    name: str
    #: The character of its plate numbers.
    plate: str
    #: One person, one post; else a collective, for which one person answers.
    individual: bool
    chain: tuple[str, ...]
    review_by: str
    publicity_days: int
    validity_months: int
    review_months: int
    rectify_days: int
    wait_months: int
    #: Most that may stand at a time in one ``quota_of``.
    quota: int
    quota_of: str
    #: Level of the rulebook's item for honours; None: no points.
    level: str | None
    conditions: Conditions


@dataclass(frozen=True, slots=True)
class Question:
    """The one question that citizens answer."""

    text: str
    shown_from: int
    address_most: int
    #: Code -> words, best first.
    answers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Settings:
    """The file."""

    kinds: Mapping[str, Kind]
    renew_days_before: int
    question: Question
    consent_version: str
    #: ``name`` and ``photo`` -> what exactly is agreed to.
    consent: Mapping[str, str]


@lru_cache(maxsize=1)
def load() -> Settings:
    """Return what holds.

    :raises BadModelPosts: the file says something that cannot be
    """
    return parse(FILE.read_text(encoding="utf-8"))


def parse(text: str) -> Settings:
    """Return the settings of a file.

    :raises BadModelPosts: it says something that cannot be
    """
    try:
        raw = tomllib.loads(text)
        _only(raw, {"kind", "renewal", "question", "consent"}, "the file")
        kinds = [_kind(one) for one in raw["kind"]]
        asked, consent = raw["question"], raw["consent"]
        question = Question(
            str(asked["text"]),
            _count(asked, "shown_from"),
            _count(asked, "address_most"),
            {str(a["code"]): str(a["words"]) for a in asked["answers"]},
        )
        found = Settings(
            {kind.code: kind for kind in kinds},
            _count(raw["renewal"], "days_before"),
            question,
            str(consent["version"]),
            {what: str(consent[what]) for what in ("name", "photo")},
        )
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as err:
        raise BadModelPosts(f"missing or malformed: {err}") from err
    if not kinds or len(found.kinds) != len(kinds) or len({kind.plate for kind in kinds}) != len(kinds):
        raise BadModelPosts("kind: codes and characters of plates are there and differ")
    if len(question.answers) < 2 or len(question.answers) != len(asked["answers"]):
        raise BadModelPosts("question.answers: at least two, with codes that differ")
    if any(len(code) > 8 or not code.isascii() for code in question.answers):
        raise BadModelPosts("question.answers: codes of at most 8 letters")
    if not 1 <= len(found.consent_version) <= 16 or any(len(one) > 400 for one in found.consent.values()):
        raise BadModelPosts("consent: a version of at most 16 characters, texts of at most 400")
    return found


def _kind(raw: Mapping[str, Any]) -> Kind:
    name = str(raw["code"])
    _only(raw, _KIND, name)
    chain = tuple(raw["chain"])
    if not chain or set(chain) - _STEPS or raw["review_by"] not in _STEPS:
        raise BadModelPosts(f"{name}: chain and review_by are of {', '.join(sorted(_STEPS))}")
    ranks = [list(DECIDED_BY).index(step) for step in chain]
    if ranks != sorted(set(ranks)):
        raise BadModelPosts(f"{name}: a chain goes upwards")
    if raw["quota_of"] not in ("branch", "department"):
        raise BadModelPosts(f"{name}: quota_of is branch or department")
    if len(name) > 12 or len(str(raw["plate"])) != 1 or not isinstance(raw["individual"], bool):
        raise BadModelPosts(f"{name}: a short code, a plate of one character, individual true or false")
    kind = Kind(
        code=name,
        name=str(raw["name"]),
        plate=str(raw["plate"]),
        individual=raw["individual"],
        chain=chain,
        review_by=raw["review_by"],
        publicity_days=_count(raw, "publicity_days"),
        validity_months=_count(raw, "validity_months"),
        review_months=_count(raw, "review_months"),
        rectify_days=_count(raw, "rectify_days"),
        wait_months=_count(raw, "wait_months", least=0),
        quota=_count(raw, "quota"),
        quota_of=raw["quota_of"],
        level=raw.get("level"),
        conditions=_conditions(name, raw.get("conditions", {})),
    )
    if kind.individual and (kind.conditions.members_percent or kind.conditions.leader_member):
        raise BadModelPosts(f"{name}: one person has no staff and no leaders")
    return kind


def _conditions(name: str, raw: Mapping[str, Any]) -> Conditions:
    _only(raw, _CONDITIONS, name)
    categories = frozenset(raw["categories"])
    if not categories or categories - set(Category):
        raise BadModelPosts(f"{name}: categories are of {', '.join(Category)}")
    percent = raw.get("members_percent")
    if percent is not None and not (isinstance(percent, int) and 1 <= percent <= 100):
        raise BadModelPosts(f"{name}: members_percent is from 1 to 100")
    try:
        points = Decimal(raw["points_least"]) if "points_least" in raw else None
    except InvalidOperation as err:
        raise BadModelPosts(f"{name}: points_least is a number, written as text") from err
    return Conditions(
        categories,
        points,
        _count(raw, "hours_least") if "hours_least" in raw else None,
        bool(raw.get("no_veto", False)),
        percent,
        bool(raw.get("leader_member", False)),
    )


def _count(raw: Mapping[str, Any], key: str, *, least: int = 1) -> int:
    value = raw[key]
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise BadModelPosts(f"{key}: a whole number, at least {least}")
    return value


def _only(raw: Mapping[str, Any], known: set[str], where: str) -> None:
    if unknown := set(raw) - known:
        raise BadModelPosts(f"{where}: nothing is called {', '.join(sorted(unknown))}")
