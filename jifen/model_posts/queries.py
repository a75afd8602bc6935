"""Reads of the register: one's own, a branch's, what waits, and one post as its reader may see it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from jifen.core import clock
from jifen.core.actor import Actor, permits
from jifen.core.db import ask
from jifen.core.errors import NotFound
from jifen.decisions.queries import MAY_ANSWER, chairs
from jifen.model_posts import reviewing, rules, service, settings
from jifen.model_posts.policy import P, takes_part
from jifen.model_posts.settings import Kind
from jifen.model_posts.states import HANGING, ON_THE_WAY, REVIEWS, WORDS

_ANSWERS = MAY_ANSWER.replace(":units", "%(units)s").replace(":whose", "%(whose)s").replace(":me", "%(me)s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A post in a list."""

    id: int
    kind: str
    title: str
    unit_id: int
    unit_name: str
    lead_name: str
    state: str
    plate: str | None
    public_id: str | None
    applied_at: dt.datetime
    until: dt.date | None
    rectify_by: dt.date | None
    review_on: dt.date | None

    @property
    def kind_name(self) -> str:
        known = settings.load().kinds.get(self.kind)
        return known.name if known else self.kind

    @property
    def state_words(self) -> str:
        return WORDS[self.state]

    @property
    def hangs(self) -> bool:
        """Whether its plate hangs."""
        return self.state in HANGING


_COLUMNS = """
SELECT p.id, p.kind, p.title, p.unit_id, u.name AS unit_name, coalesce(m.name, '（已删除）') AS lead_name, p.state,
       p.plate, p.public_id, p.applied_at, p.until, p.rectify_by, p.review_on
  FROM model_post p JOIN unit u ON u.id = p.unit_id JOIN member m ON m.id = p.lead_id
"""
_NAMES = (
    *("id", "kind", "title", "unit_id", "unit_name", "lead_name", "state", "plate", "public_id"),
    *("applied_at", "until", "rectify_by", "review_on"),
)


def _listed(where: str, values: Mapping[str, object]) -> list[Listed]:
    return [Listed(**dict(zip(_NAMES, row, strict=True))) for row in ask(_COLUMNS + where, dict(values))]


def mine(*, by: Actor, limit: int = 20) -> list[Listed]:
    """Return the posts at which the actor works, for which he answers or applied, newest first."""
    where = """
     WHERE p.lead_id = %(me)s OR p.applied_by = %(me)s
        OR EXISTS (SELECT 1 FROM model_post_person x WHERE x.post_id = p.id AND x.member_id = %(me)s)
     ORDER BY p.id DESC LIMIT %(limit)s"""
    return _listed(where, {"me": by.member_id or 0, "limit": limit})


def register(*, by: Actor, after: int = 0, limit: int = 50) -> list[Listed]:
    """Return the posts that the actor may see, newest first; ``after`` is the last id shown."""
    paths = [h.path for h in by.holdings if permits(by, P.SEE, service.Matter(h.unit_id, h.path))]
    where = """
     WHERE (%(after)s = 0 OR p.id < %(after)s)
       AND (p.lead_id = %(me)s OR p.applied_by = %(me)s
            OR EXISTS (SELECT 1 FROM model_post_person x WHERE x.post_id = p.id AND x.member_id = %(me)s)
            OR EXISTS (SELECT 1 FROM unnest(CAST(%(paths)s AS text[])) AS h WHERE starts_with(u.path, h)))
     ORDER BY p.id DESC LIMIT %(limit)s"""
    return _listed(where, {"me": by.member_id or 0, "paths": paths, "after": after, "limit": limit})


@dataclass(frozen=True, slots=True)
class Opening:
    """A kind for which one may apply, and how many places are left."""

    kind: Kind
    left: int


_TAKEN = """
SELECT p.kind, p.quota_unit_id, count(*) FROM model_post p
 WHERE p.quota_unit_id = ANY(%(units)s) AND p.state IN ('publicised', 'active', 'warned', 'rectifying')
 GROUP BY p.kind, p.quota_unit_id
"""


def openings(*, by: Actor) -> list[Opening]:
    """Return each kind with the places left for the actor's branch; none outside the scheme."""
    if by.branch_id is None:
        return []
    return openings_of(by.branch_id)


_DEPARTMENT = "SELECT coalesce(department_id, id) FROM unit WHERE id = %(unit)s"


def openings_of(branch_id: int) -> list[Opening]:
    """Return each kind with the places left for a branch."""
    [(department,)] = ask(_DEPARTMENT, {"unit": branch_id}) or [(branch_id,)]
    taken = {(k, u): n for k, u, n in ask(_TAKEN, {"units": [branch_id, department]})}
    return [
        Opening(
            k, max(0, k.quota - taken.get((k.code, branch_id if k.quota_of == "branch" else department), 0))
        )
        for k in settings.load().kinds.values()
    ]


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of a branch, as an applicant names him."""

    member_id: int
    number: str
    name: str


_COLLEAGUES = """
SELECT m.id, m.number, m.name FROM membership s JOIN member m ON m.id = s.member_id
 WHERE s.branch_id = %(branch)s AND s.since <= %(day)s AND (s.until IS NULL OR s.until > %(day)s)
   AND m.erased_at IS NULL AND m.name IS NOT NULL ORDER BY m.id
"""


def colleagues(branch_id: int) -> list[Colleague]:
    """Return who belongs to a branch today; whoever calls shows a name only to whom knows it already."""
    values = {"branch": branch_id, "day": clock.today()}
    return [Colleague(*row) for row in ask(_COLLEAGUES, values)]


@dataclass(frozen=True, slots=True)
class Person:
    """One of a post's people, and to what he agreed by the words in force."""

    member_id: int
    number: str
    name: str
    leads: bool
    named: bool
    shown: bool


@dataclass(frozen=True, slots=True)
class Said:
    """A decision that was taken, by which post, and why."""

    subject: str
    outcome: str
    who: str
    unit_name: str
    reason: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Answers:
    """What citizens said so far; ``counts`` by the order of the question's answers."""

    total: int
    counts: tuple[tuple[str, int, int], ...]
    #: Whether there are so many that they are shown.
    enough: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """A post as its reader may see it."""

    about: Listed
    kind: Kind
    deeds: str
    found: list[str]
    staff: int | None
    staff_members: int | None
    people: list[Person]
    said: list[Said]
    answers: Answers
    #: Whether the reader may answer what is asked now: ``application``, ``review`` or nothing.
    asked: str
    #: What a review may say now: codes and words.
    outcomes: list[tuple[str, str]]
    may_cancel: bool
    may_remove: bool
    #: The reader himself among its people.
    own: Person | None = field(default=None)


_PEOPLE = """
SELECT x.member_id, m.number, coalesce(m.name, '（已删除）'), x.member_id = p.lead_id,
       EXISTS (SELECT 1 FROM model_post_consent c WHERE c.post_id = x.post_id AND c.member_id = x.member_id
                AND c.what = 'name' AND c.withdrawn_at IS NULL AND c.version = %(version)s),
       EXISTS (SELECT 1 FROM model_post_consent c WHERE c.post_id = x.post_id AND c.member_id = x.member_id
                AND c.what = 'photo' AND c.withdrawn_at IS NULL AND c.version = %(version)s)
  FROM model_post_person x JOIN model_post p ON p.id = x.post_id JOIN member m ON m.id = x.member_id
 WHERE x.post_id = %(post)s ORDER BY x.member_id <> p.lead_id, x.member_id
"""
_SAID = """
SELECT d.subject, d.outcome, coalesce(m.name, '（已删除）'), u.name, coalesce(d.reason, ''), d.decided_at
  FROM decision d JOIN unit u ON u.id = d.unit_id JOIN member m ON m.id = d.decided_by
 WHERE d.subject IN ('model_post', 'model_review') AND d.subject_id = %(post)s ORDER BY d.id
"""
_ASKED = "SELECT subject FROM ask WHERE subject_id = %(post)s AND answered_at IS NULL AND subject = ANY(%(kinds)s) AND "
_TALLY = "SELECT answer, sum(count) FROM model_post_tally WHERE post_id = %(post)s GROUP BY answer"


def answers(post_id: int) -> Answers:
    """Return what citizens said at a post; whoever calls has checked who looks."""
    question = settings.load().question
    counted = {code: int(n) for code, n in ask(_TALLY, {"post": post_id})}
    total = sum(counted.values())
    rows = tuple(
        (words, counted.get(code, 0), rules.percent(counted.get(code, 0), total))
        for code, words in question.answers.items()
    )
    return Answers(total, rows, total >= question.shown_from)


def opened(post_id: int, *, by: Actor) -> Opened:
    """Return a post as the actor sees it.

    :raises NotFound: no such post, or not the actor's to see
    """
    row, matter = service.accessed(post_id, by=by)
    kind = service.kind_of(row.kind)
    [about] = _listed("WHERE p.id = %(post)s", {"post": post_id})
    version = settings.load().consent_version
    people = [Person(*one) for one in ask(_PEOPLE, {"post": post_id, "version": version})]
    subjects = {service.SUBJECT: "application", reviewing.SUBJECT: "review"}
    asked = ask(_ASKED + _ANSWERS, {"post": post_id, "kinds": list(subjects), **chairs(by)})
    what = subjects[asked[0][0]] if asked else ""
    return Opened(
        about=about,
        kind=kind,
        deeds=row.deeds,
        found=list(row.found),
        staff=row.staff,
        staff_members=row.staff_members,
        people=people,
        said=[Said(*one) for one in ask(_SAID, {"post": post_id})],
        answers=answers(post_id),
        asked=what,
        outcomes=_outcomes(row.state, row.until) if what == "review" else [],
        may_cancel=row.state in ON_THE_WAY[:2] and permits(by, P.CANCEL, matter),
        may_remove=row.state in HANGING and permits(by, P.REMOVE, matter),
        own=next((one for one in people if one.member_id == by.member_id), None),
    )


def _outcomes(state: str, until: dt.date | None) -> list[tuple[str, str]]:
    soon = until is not None and until - clock.today() <= dt.timedelta(settings.load().renew_days_before)
    return [
        (one, WORDS[one]) for one in REVIEWS if (state, one) in service.MOVES and (one != "renew" or soon)
    ]


def listed(post_id: int, *, by: Actor) -> Listed:
    """Return a post as lists show it.

    :raises NotFound: no such post, or not the actor's to see
    """
    service.access(post_id, by=by)
    return _listed("WHERE p.id = %(post)s", {"post": post_id})[0]


def own(post_id: int, *, by: Actor) -> None:
    """Refuse who neither works at a post nor applied for it: the phone shows one's own.

    :raises NotFound: not one of his
    """
    if not takes_part(by, service.accessed(post_id, by=by)[1]):
        raise NotFound(what="这个示范岗")


@dataclass(frozen=True, slots=True)
class Waits:
    """A question about a post that the actor may answer."""

    #: application or review.
    what: str
    about: Listed
    asked_at: dt.datetime


_WAITING = """
SELECT ask.subject, ask.subject_id, ask.asked_at FROM ask
 WHERE ask.answered_at IS NULL AND ask.subject = ANY(%(kinds)s) AND {may} ORDER BY ask.id LIMIT %(limit)s
""".replace("{may}", _ANSWERS)


def waiting(*, by: Actor, limit: int = 100) -> list[Waits]:
    """Return the applications and reviews that the actor may answer, oldest first."""
    kinds = {service.SUBJECT: "application", reviewing.SUBJECT: "review"}
    asked = ask(_WAITING, {"kinds": list(kinds), "limit": limit, **chairs(by)})
    if not asked:
        return []
    ids = [row[1] for row in asked]
    posts = {one.id: one for one in _listed("WHERE p.id = ANY(%(ids)s)", {"ids": ids})}
    return [Waits(kinds[subject], posts[number], at) for subject, number, at in asked]


@dataclass(frozen=True, slots=True)
class Told:
    """What a message says of a post."""

    kind_name: str
    title: str


def told(post_id: int) -> Told | None:
    """Return what a message about a post says; None once it is gone."""
    rows = _listed("WHERE p.id = %(post)s", {"post": post_id})
    return Told(rows[0].kind_name, rows[0].title) if rows else None
