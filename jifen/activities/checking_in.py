"""Check in and out (签到、签退): by scan, by six digits, or by the organiser's tap; all are equal in rank.

Whoever uses a code counts for himself and once: there is one row a person, and
a second tap finds it done. Closing an activity waits for taps under way.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from jifen.activities import errors, queries_checking, rules
from jifen.activities.access import access
from jifen.activities.audience import branch_and_cell, expected, signed_up
from jifen.activities.kinds import kind, load
from jifen.activities.models import Activity, DigitGuess, Presence, SignUp
from jifen.activities.policy import P
from jifen.activities.signing_up import admitted, check_open, enter, has_place, taken
from jifen.activities.states import PURPOSE_WORDS, ActivityState, Purpose, SignUpState, Way
from jifen.audit import service as audit
from jifen.core import clock
from jifen.core.actor import Actor, permits
from jifen.core.db import db, tell, transaction
from jifen.core.errors import NotFound
from jifen.members import queries as members
from jifen.members.policy import P as PEOPLE
from jifen.org.models import UnitKind
from jifen.org.queries import unit

#: Wrong digits within ten minutes after which nobody guesses on.
MOST_GUESSES = 8


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check-in or check-out came to."""

    activity_id: int
    title: str
    purpose: str
    at: dt.datetime
    #: Whether it had been done before: nothing changed.
    again: bool
    #: Whether a check-out is expected of him later.
    to_check_out: bool


def by_scan(
    text: str, *, seen_at: dt.datetime | None = None, inside: bool | None = None, by: Actor
) -> Checked:
    """Check in or out with what was scanned from the organiser's screen.

    :param seen_at: the moment of the scan that our signature or WeChat's vouches for, where it comes in late
    :param inside: whether the telephone was inside the fence; never the only way, never refused for it
    :raises StaleCode: not ours, or older than the screen's present and previous picture
    :raises NotFound, NotInvited, NotThroughGate, NotNow, NotOpenYet, Over, NotCheckedIn, NoCheckOut, Full: see errors
    """
    scanned = rules.read_qr(text)
    if scanned is None:
        raise errors.StaleCode
    with transaction():
        found = db.session.get(Activity, scanned.activity_id)
        at = rules.moment(seen_at or clock.now(), clock.now())
        if found is None or at is None or not rules.qr_match(scanned, found.seed, at):
            raise errors.StaleCode
        return _check(found, scanned.purpose, at, Way.SCAN, inside=inside, by=by)


def by_digits(typed: str, purpose: str, *, said_at: dt.datetime | None = None, by: Actor) -> Checked:
    """Check in or out with the six digits that the organiser said aloud.

    :param said_at: when the message was written, as WeChat's signature vouches
    :raises WrongDigits: no open activity of his has them
    :raises Guessing: too many wrong ones
    :raises NotNow …: as for a scan
    """
    now = clock.now()
    at = rules.moment(said_at or now, now)
    if at is None or by.member_id is None:
        raise errors.StaleCode
    with transaction():
        _not_guessing(by.member_id, now)
        for found in queries_checking.open_for(by, at):
            if rules.digits_match(found.seed, purpose, typed, at):
                return _check(found, purpose, at, Way.DIGITS, by=by)
        _guessed(by.member_id, now)
        raise errors.WrongDigits(typed=typed)


def by_organiser(
    activity_id: int,
    member_ids: Collection[int],
    purpose: str,
    *,
    at: dt.datetime | None = None,
    by: Actor,
) -> list[Checked]:
    """Check people in or out by the organiser's tap, now or at a moment inside the window.

    :raises NotFound, Forbidden, NotNow: not his, or it is closed
    :raises NotFound: somebody whom he may not see
    :raises NotInTheFuture: a moment still to come
    :raises NotInvited, NotOpenYet, Over, NotCheckedIn, NoCheckOut: see errors; nothing is written
    """
    if at is not None and at > clock.now() + rules.SKEW:
        raise errors.NotInTheFuture
    with transaction() as session:
        found = access(activity_id, P.RUN, by=by, lock=True)
        check_open(found, "check")
        # Who came is still here for the organiser when he is transferred before he goes.
        came = session.scalars(sa.select(Presence.member_id).where(Presence.activity_id == found.id))
        known = (
            {p.member_id for p in expected(found)} | set(signed_up(found.id, SignUpState.JOINED)) | set(came)
        )
        done = []
        for member_id in sorted(set(member_ids)):
            if member_id not in known:
                if not permits(by, PEOPLE.SEE, members.person(member_id, clock.today())):
                    raise NotFound(what="这位党员")
                admitted(found, member_id)
            done.append(_write(found, member_id, purpose, at or clock.now(), Way.ROSTER, organiser=True))
        audit.record(
            by=by, action=f"presence.{purpose}", subject="activity", subject_id=found.id, codes=f"{len(done)}"
        )
        return done


def close_forgotten(*, after: int = 0, limit: int = 100) -> int | None:
    """Put the planned end down for whoever did not check out; it counts only once somebody confirms it.

    :return: the last activity done, None when all are
    """
    with transaction():
        out = [k.code for k in load().kinds.values() if k.check_out]
        stmt = (
            sa.select(Activity.id)
            .where(
                Activity.id > after,
                Activity.kind.in_(out),
                Activity.state == ActivityState.PUBLISHED,
                Activity.ends_at < clock.now() - rules.RETRY,
                sa.exists().where(
                    Presence.activity_id == Activity.id,
                    Presence.in_at.is_not(None),
                    Presence.out_at.is_(None),
                ),
            )
            .order_by(Activity.id)
            .limit(limit)
        )
        ids = list(db.session.scalars(stmt))
        db.session.execute(
            sa.update(Presence)
            .where(
                Presence.activity_id == Activity.id,
                Activity.id.in_(ids),
                Presence.in_at.is_not(None),
                Presence.out_at.is_(None),
            )
            .values(out_at=sa.func.greatest(Activity.ends_at, Presence.in_at), out_way=Way.ASSUMED)
            .execution_options(synchronize_session=False)
        )
        return ids[-1] if len(ids) == limit else None


def _check(
    found: Activity, purpose: str, at: dt.datetime, way: Way, *, inside: bool | None = None, by: Actor
) -> Checked:
    """Check the actor in or out; a tap waits for no other tap, only for a closing."""
    whom = unit(found.audience_id)
    if not queries_checking.may_check(found, queries_checking.invitation_of(found), purpose, by=by):
        raise errors.NotInvited(title=found.title, whom=whom.name)
    member_id = by.member_id
    assert member_id is not None, "who is invited is a member"
    # Whoever comes without a sign-up may take the last place: he waits for the others of his kind.
    alone = not kind(found.kind).expects and purpose == Purpose.IN and not _signed_up(found.id, member_id)
    tell(f"SELECT FROM activity WHERE id = %(id)s FOR {'UPDATE' if alone else 'SHARE'}", {"id": found.id})
    db.session.refresh(found)
    check_open(found, "check")
    _belongs(found, member_id, purpose, at, whom.kind == UnitKind.CELL, by)
    done = _write(found, member_id, purpose, at, way, inside=inside)
    if not done.again:
        audit.record(
            by=by, action=f"presence.{purpose}", subject="activity", subject_id=found.id, codes=str(way)
        )
    return done


def _belongs(
    found: Activity, member_id: int, purpose: str, at: dt.datetime, in_cell: bool, by: Actor
) -> None:
    """Refuse who is neither expected nor signed up; who comes without a sign-up takes a place if one is left."""
    if kind(found.kind).expects:
        if kind(found.kind).posts_only:
            if member_id not in {p.member_id for p in expected(found)}:
                raise errors.NotInvited(title=found.title, whom=branch_and_cell(found)[0].name)
        elif in_cell:
            admitted(found, member_id)
        return
    if purpose == Purpose.OUT or _signed_up(found.id, member_id):
        return
    _open(found, purpose, at)
    admitted(found, member_id)
    row = db.session.scalars(
        sa.select(SignUp).where(SignUp.activity_id == found.id, SignUp.member_id == member_id)
    ).one_or_none()
    waits = row is not None and row.state == SignUpState.WAITING
    if not (taken(found.id) < (found.capacity or 0) if waits and found.capacity else has_place(found)):
        raise errors.Full(title=found.title)
    if row is None:
        row = SignUp(activity_id=found.id, member_id=member_id)
        db.session.add(row)
    enter(row, SignUpState.JOINED, by=by)


def _signed_up(activity_id: int, member_id: int) -> bool:
    stmt = sa.select(SignUp.state).where(SignUp.activity_id == activity_id, SignUp.member_id == member_id)
    return db.session.scalar(stmt) == SignUpState.JOINED


def opens() -> dt.timedelta:
    """Return how long before its beginning an activity takes people in."""
    return dt.timedelta(minutes=load().window.opens)


def _open(found: Activity, purpose: str, at: dt.datetime, *, organiser: bool = False) -> None:
    if at < found.starts_at - opens():
        raise errors.NotOpenYet(title=found.title, time=found.starts_at - opens())
    grace = rules.RETRY if purpose == Purpose.OUT else dt.timedelta(0)
    if not organiser and at > found.ends_at + grace:
        raise errors.Over(title=found.title, act=PURPOSE_WORDS[purpose])


_IN = """
INSERT INTO presence (activity_id, member_id, in_at, in_way, inside)
VALUES (%(activity)s, %(member)s, %(at)s, %(way)s, %(inside)s)
ON CONFLICT (activity_id, member_id) DO UPDATE SET in_at = excluded.in_at, in_way = excluded.in_way,
       inside = excluded.inside WHERE presence.in_at IS NULL
RETURNING in_at
"""
_OUT = """
UPDATE presence SET out_at = greatest(%(at)s, in_at), out_way = %(way)s
 WHERE activity_id = %(activity)s AND member_id = %(member)s AND in_at IS NOT NULL
   AND (out_at IS NULL OR (out_way = 'assumed' AND %(way)s = 'roster'))
RETURNING out_at
"""
_KNOWN = "SELECT in_at, out_at FROM presence WHERE activity_id = %(activity)s AND member_id = %(member)s"


def _write(
    found: Activity,
    member_id: int,
    purpose: str,
    at: dt.datetime,
    way: Way,
    *,
    inside: bool | None = None,
    organiser: bool = False,
) -> Checked:
    of = kind(found.kind)
    if purpose == Purpose.OUT and not of.check_out:
        raise errors.NoCheckOut(title=found.title)
    _open(found, purpose, at, organiser=organiser)
    values = {
        "activity": found.id,
        "member": member_id,
        "at": min(at, found.ends_at) if purpose == Purpose.OUT or organiser else at,
        "way": str(way),
        "inside": inside,
    }
    rows = tell(_IN if purpose == Purpose.IN else _OUT, values)
    again = not rows
    if again:
        known = tell(_KNOWN, values)
        stood = known[0] if known else (None, None)
        if purpose == Purpose.OUT and stood[0] is None:
            raise errors.NotCheckedIn(title=found.title)
        rows = [(stood[0] if purpose == Purpose.IN else stood[1],)]
    return Checked(found.id, found.title, purpose, rows[0][0], again, of.check_out and purpose == Purpose.IN)


def _not_guessing(member_id: int, now: dt.datetime) -> None:
    row = db.session.get(DigitGuess, member_id)
    if row is not None and row.failures >= MOST_GUESSES and row.since > now - rules.RETRY:
        raise errors.Guessing


def _guessed(member_id: int, now: dt.datetime) -> None:
    tell(
        "INSERT INTO digit_guess (member_id, failures, since) VALUES (%(m)s, 1, %(now)s)"
        " ON CONFLICT (member_id) DO UPDATE SET"
        " failures = CASE WHEN digit_guess.since > %(back)s THEN digit_guess.failures + 1 ELSE 1 END,"
        " since = CASE WHEN digit_guess.since > %(back)s THEN digit_guess.since ELSE excluded.since END",
        {"m": member_id, "now": now, "back": now - rules.RETRY},
    )
