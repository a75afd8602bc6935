"""Reads of certificates: one's own, an organisation's register, what waits, what a stranger sees."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from jifen.core import clock
from jifen.core.actor import Actor, permits, words_for
from jifen.core.db import ask
from jifen.core.errors import Forbidden, NotFound
from jifen.org import queries as org
from jifen.org.models import Unit, UnitKind
from jifen.points.policy import Scope
from jifen.volunteering import settings
from jifen.volunteering.certificates import entitled, errors, rules
from jifen.volunteering.certificates.entitled import Issuer
from jifen.volunteering.certificates.policy import P
from jifen.volunteering.certificates.publishing import KIND, register_words
from jifen.volunteering.certificates.states import (
    CAUSE_WORDS,
    LEFT_OUT_OTHERWISE,
    LEFT_OUT_WORDS,
    WORDS,
    CertificateState,
)
from jifen.volunteering.policy import PREPARES

#: What stands where a name was.
ERASED = "（已删除）"


@dataclass(frozen=True, slots=True)
class Shown:
    """A certificate as those read it whose matter it is."""

    id: int
    member_id: int
    member_name: str
    member_number: str
    unit_id: int
    unit_name: str
    state: str
    year: int | None
    number: str | None
    minutes_verified: int
    minutes_attested: int
    first_on: dt.date | None
    last_on: dt.date | None
    requested_at: dt.datetime
    printed_at: dt.datetime | None
    registered_at: dt.datetime | None
    register_year: int | None
    register_no: int | None
    withdrawn_at: dt.datetime | None
    reason: str | None
    #: Minutes of records that no longer count.
    changed: int

    @property
    def state_words(self) -> str:
        return WORDS[self.state]

    @property
    def minutes(self) -> int:
        return self.minutes_verified + self.minutes_attested

    @property
    def spoken(self) -> str:
        """The number in groups of four; empty before it is printed."""
        return rules.spoken(self.number) if self.number else ""

    @property
    def register(self) -> str:
        """Its running number in the register; empty before it is entered."""
        return (
            register_words(self.register_year, self.register_no)
            if self.register_year and self.register_no
            else ""
        )

    @property
    def year_words(self) -> str:
        return f"{self.year}年" if self.year else "全部"


_SHOWN = """
SELECT c.id, c.member_id, coalesce(m.name, '（已删除）'), coalesce(m.number, ''), c.unit_id, u.name, c.state, c.year,
       c.number, c.minutes_verified, c.minutes_attested, c.first_on, c.last_on, c.requested_at, c.printed_at,
       c.registered_at, c.register_year, c.register_no, c.withdrawn_at, c.reason,
       coalesce((SELECT sum(r.minutes) FROM certificate_line l JOIN service_record r ON r.id = l.record_id
                   LEFT JOIN service_span s ON s.record_id = l.record_id AND s.state = 'counts'
                  WHERE l.certificate_id = c.id AND c.state <> 'withdrawn' AND s.record_id IS NULL), 0)::int
  FROM certificate c JOIN unit u ON u.id = c.unit_id
  LEFT JOIN member m ON m.id = c.member_id AND m.erased_at IS NULL
 WHERE {which}
"""
_OWN = _SHOWN.format(
    which="c.member_id = %(me)s AND (%(after)s = 0 OR c.id < %(after)s) ORDER BY c.id DESC LIMIT %(limit)s"
)
_OF_UNIT = _SHOWN.format(
    which="c.unit_id = %(unit)s AND (%(state)s = '' OR c.state = %(state)s)"
    " AND (%(after)s = 0 OR c.id < %(after)s) ORDER BY c.id DESC LIMIT %(limit)s"
)
_ONE = _SHOWN.format(which="c.id = %(id)s")
_OF_BATCH = _SHOWN.format(which="c.batch_id = %(batch)s ORDER BY c.id")
_SOME = _SHOWN.format(which="c.id = ANY(%(ids)s) ORDER BY c.id")
_REGISTER = _SHOWN.format(which="c.unit_id = %(unit)s AND c.register_year = %(year)s ORDER BY c.register_no")


def own(*, by: Actor, after: int = 0, limit: int = 50) -> list[Shown]:
    """Return the actor's own certificates, newest first; ``after`` is the last id shown.

    :raises Forbidden: a system, which serves nobody
    """
    _refuse_nobody(by)
    return [Shown(*row) for row in ask(_OWN, {"me": by.member_id, "after": after, "limit": limit})]


def issuers(*, by: Actor, year: int | None = None) -> list[Issuer]:
    """Return who could certify the actor's own minutes today, the most first.

    :raises Forbidden: a system, which serves nobody
    """
    _refuse_nobody(by)
    return entitled.issuers(by.member_id or 0, sources=settings.load().certified_sources, year=year)


def _refuse_nobody(by: Actor) -> None:
    if by.member_id is None or not permits(by, P.OWN):
        raise Forbidden(action=words_for(P.OWN))


def access_unit(unit_id: int, *, by: Actor) -> Unit:
    """Return an organisation whose register the actor may look at.

    :raises NotFound: not his to see
    """
    unit = org.unit(unit_id)
    if not permits(by, P.LIST, Scope(unit.id, unit.path, is_branch=False)):
        raise NotFound(what="这个组织的证明")
    return unit


def of_unit(unit_id: int, *, state: str = "", by: Actor, after: int = 0, limit: int = 50) -> list[Shown]:
    """Return an organisation's certificates, newest first; ``after`` is the last id shown.

    :raises NotFound: not the actor's to see
    """
    access_unit(unit_id, by=by)
    values = {"unit": unit_id, "state": state, "after": after, "limit": limit}
    return [Shown(*row) for row in ask(_OF_UNIT, values)]


def one(certificate_id: int, *, by: Actor) -> Shown:
    """Return a certificate that is the actor's own, or in a register that he may look at.

    :raises NotFound: neither
    """
    rows = ask(_ONE, {"id": certificate_id})
    if not rows:
        raise NotFound(what="这份证明")
    found = Shown(*rows[0])
    if found.member_id != by.member_id:
        access_unit(found.unit_id, by=by)
    return found


def of_batch(batch_id: int) -> list[Shown]:
    """Return the certificates that a batch printed; whoever calls has checked who looks."""
    return [Shown(*row) for row in ask(_OF_BATCH, {"batch": batch_id})]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Somebody whom a batch gave no certificate."""

    member_name: str
    member_number: str
    code: str

    @property
    def why(self) -> str:
        """Why, in words."""
        return LEFT_OUT_WORDS.get(self.code, LEFT_OUT_OTHERWISE)


_LEFT_OUT = """
SELECT coalesce(m.name, '（已删除）'), coalesce(m.number, ''), l.code
  FROM certificate_left_out l JOIN member m ON m.id = l.member_id WHERE l.batch_id = %(batch)s ORDER BY l.member_id
"""


def left_out(batch_id: int) -> list[LeftOut]:
    """Return whom a batch gave none and why; whoever calls has checked who looks."""
    return [LeftOut(*row) for row in ask(_LEFT_OUT, {"batch": batch_id})]


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch as those read it who issue."""

    id: int
    unit_id: int
    branch_id: int
    branch_name: str
    year: int | None
    state: str
    total: int
    seen: int
    printed: int


_BATCHES = """
SELECT b.id, b.unit_id, b.branch_id, u.name, b.year, b.state, b.total, b.seen, b.printed
  FROM certificate_batch b JOIN unit u ON u.id = b.branch_id
 WHERE b.unit_id = ANY(%(units)s) ORDER BY b.id DESC LIMIT %(limit)s
"""


def batches(*, by: Actor, limit: int = 5) -> list[Batch]:
    """Return the latest batches of the organisations for which the actor issues, the newest first."""
    may = [
        one.unit_id
        for one in units(by)
        if permits(by, P.ISSUE, Scope(one.unit_id, one.path, is_branch=False))
    ]
    return [Batch(*row) for row in ask(_BATCHES, {"units": may, "limit": limit})] if may else []


def some(certificate_ids: list[int]) -> list[Shown]:
    """Return several certificates, by id; whoever calls has checked who looks."""
    return [Shown(*row) for row in ask(_SOME, {"ids": certificate_ids})]


def register(unit_id: int, year: int) -> list[Shown]:
    """Return an organisation's register of a year, by its running number; whoever calls has checked who looks."""
    return [Shown(*row) for row in ask(_REGISTER, {"unit": unit_id, "year": year})]


def units(by: Actor) -> list[entitled.Entitled]:
    """Return the entitled organisations, past ones too, whose register the actor may look at; each once, the latest."""
    found = {one.unit_id: one for one in entitled.listed(past=True)}
    return [e for e in found.values() if permits(by, P.LIST, Scope(e.unit_id, e.path, is_branch=False))]


def branches(path: str) -> list[tuple[int, str]]:
    """Return the branches at or below an organisation, with their names."""
    return [(u.id, u.name) for u in org.subtree(path) if u.kind == UnitKind.BRANCH]


def organisations(*, by: Actor) -> list[tuple[int, str]]:
    """Return the organisations in the actor's sight that could be entitled, with their names."""
    return [(u.id, u.name) for u in org.visible(by=by, limit=1000) if u.kind != UnitKind.CELL]


_WAITING = """
SELECT count(*), min(coalesce(c.sealed_at, c.signed_at, c.requested_at))
  FROM certificate c
 WHERE c.unit_id = ANY(%(units)s) AND c.member_id <> %(me)s
   AND (c.state IN ('requested', 'signed', 'sealed')
        OR (c.state = 'registered' AND EXISTS (
             SELECT FROM certificate_line l LEFT JOIN service_span s ON s.record_id = l.record_id AND s.state = 'counts'
              WHERE l.certificate_id = c.id AND s.record_id IS NULL)))
"""


def waiting(by: Actor) -> tuple[int, dt.datetime | None]:
    """Return how many wait for the actor in organisations where he holds a post, and since when the oldest does.

    Requests to be printed, papers to be sealed or registered, and registered ones whose hours were corrected.
    """
    units_ = sorted({h.unit_id for h in by.holdings if h.role in PREPARES})
    if not units_ or by.member_id is None:
        return 0, None
    [[count, since]] = ask(_WAITING, {"units": units_, "me": by.member_id})
    return count, since


def told(certificate_id: int) -> tuple[str, int] | None:
    """Return who issues a certificate and its minutes, for a message; None if it is gone."""
    found = ask(
        "SELECT u.name, c.minutes_verified + c.minutes_attested FROM certificate c JOIN unit u ON u.id = c.unit_id"
        " WHERE c.id = %(id)s",
        {"id": certificate_id},
    )
    return found[0] if found else None


@dataclass(frozen=True, slots=True)
class Public:
    """What a stranger sees who has a number: nothing of a person but the masked name, and that only once it is valid."""

    number: str
    #: unsigned, registered, withdrawn.
    standing: str
    unit_name: str
    masked_name: str
    minutes_verified: int
    minutes_attested: int
    first_on: dt.date | None
    last_on: dt.date | None
    registered_on: dt.date | None
    register: str
    withdrawn_on: dt.date | None
    #: Why it was withdrawn, in the house's words and nobody's own; empty while it is not.
    cause: str
    #: Minutes of records that were corrected after it was registered.
    changed: int
    #: Last day of its publicity, where it is shown just now.
    publicised_to: dt.date | None

    @property
    def minutes(self) -> int:
        return self.minutes_verified + self.minutes_attested

    @property
    def is_valid(self) -> bool:
        return self.standing == "registered"


# One statement: what is withdrawn while somebody looks is seen whole, before or after.
_PUBLIC = """
SELECT c.state, c.unit_name, c.name, c.minutes_verified, c.minutes_attested, c.first_on, c.last_on,
       c.registered_at, c.register_year, c.register_no, c.withdrawn_at, c.cause,
       coalesce((SELECT sum(r.minutes) FROM certificate_line l JOIN service_record r ON r.id = l.record_id
                   LEFT JOIN service_span s ON s.record_id = l.record_id AND s.state = 'counts'
                  WHERE l.certificate_id = c.id AND s.record_id IS NULL), 0)::int,
       (SELECT p.until FROM publication p JOIN publication_line x ON x.publication_id = p.id
         WHERE p.kind = %(kind)s AND p.unit_id = c.unit_id AND p.state = 'publicised' AND x.member_id = c.member_id
           AND p.period = to_char(c.registered_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM') LIMIT 1)
  FROM certificate c WHERE c.number = %(number)s
"""


def public(typed: str) -> Public:
    """Return what a stranger sees of the certificate whose number he typed or scanned.

    :raises UnknownNumber: none has it; the same words, and the same question to the database, whatever was typed
    """
    number = rules.read_number(typed)
    rows = ask(_PUBLIC, {"number": number or "", "kind": KIND})
    if number is None or not rows:
        raise errors.UnknownNumber
    state, unit, name, verified, attested, first, last, entered, year, no, withdrawn, cause, *rest = rows[0]
    changed, until = rest
    standing = state if state in (CertificateState.REGISTERED, CertificateState.WITHDRAWN) else "unsigned"
    shown = entered is not None
    return Public(
        number=rules.spoken(number),
        standing=standing,
        unit_name=unit,
        masked_name=(rules.masked(name) if name else ERASED) if shown else "",
        minutes_verified=verified if shown else 0,
        minutes_attested=attested if shown else 0,
        first_on=first if shown else None,
        last_on=last if shown else None,
        registered_on=clock.civil_day(entered) if shown else None,
        register=register_words(year, no) if shown else "",
        withdrawn_on=clock.civil_day(withdrawn) if withdrawn else None,
        cause=CAUSE_WORDS[cause] if cause else "",
        changed=changed if shown and standing == "registered" else 0,
        publicised_to=until - dt.timedelta(days=1) if until else None,
    )
