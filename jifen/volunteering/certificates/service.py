"""Certificates: asked for, printed, signed, sealed, registered, withdrawn.

Whatever is written locks the certificate first, so that of two clerks one
acts and the other is told how it stands. Nobody acts in his own. What is
printed is frozen with its digest; before each later step the house looks
whether every record that the paper tells of still counts.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Sequence

import sqlalchemy as sa

from jifen.audit import service as audit
from jifen.core import clock
from jifen.core.actor import Actor, permits, words_for
from jifen.core.db import ask, db, table_of, transaction
from jifen.core.errors import Forbidden, NotFound
from jifen.core.states import advance
from jifen.decisions import asks
from jifen.members.models import Member
from jifen.notices import service as notices
from jifen.org import queries as org
from jifen.org.models import Unit
from jifen.volunteering import late, settings
from jifen.volunteering.certificates import entitled, errors, publishing, rules
from jifen.volunteering.certificates.entitled import Covered
from jifen.volunteering.certificates.models import Certificate, CertificateLine
from jifen.volunteering.certificates.policy import P
from jifen.volunteering.certificates.states import MOVES, WORDS, Cause, CertificateState
from jifen.volunteering.states import Kind

#: What a decider is asked: to sign.
SUBJECT = "certificate"
_WHAT = "这份证明"
_SPACE = 10 ** (rules.DIGITS - 1)


def request(*, unit_id: int | None = None, year: int | None = None, by: Actor) -> Certificate:
    """Ask for one's own certificate.

    :param unit_id: who is to issue it; the one that recorded most of his minutes if None
    :param year: only what was served in that civil year
    :raises Forbidden: a system, which serves nobody
    :raises NobodyCertifies: no organisation that recorded his minutes may issue
    :raises NothingToCertify: that organisation recorded none that count
    :raises AlreadyUnderway: one is on its way there
    """
    if by.member_id is None or not permits(by, P.OWN):
        raise Forbidden(action=words_for(P.OWN))
    if year is not None:
        late.refuse_year(year)
    with transaction():
        there = entitled.issuers(by.member_id, sources=_sources(), year=year)
        chosen = next((one for one in there if unit_id in (None, one.unit_id)), None)
        if chosen is None and (unit_id is None or not _may_issue(unit_id)):
            raise errors.NobodyCertifies
        if chosen is None:
            raise errors.NothingToCertify(unit=org.name_of(unit_id or 0))
        row = _added(by.member_id, chosen.unit_id, year, by)
        audit.record(by=by, action="certificate.request", subject=SUBJECT, subject_id=row.id)
        return row


def _may_issue(unit_id: int) -> bool:
    return any(one.unit_id == unit_id for one in entitled.listed())


def _sources() -> tuple[str, ...]:
    return settings.load().certified_sources


def _added(member_id: int, unit_id: int, year: int | None, by: Actor) -> Certificate:
    row = Certificate(member_id=member_id, unit_id=unit_id, year=year, requested_by=by.member_id)
    try:
        with db.session.begin_nested():
            db.session.add(row)
            db.session.flush()  # one on its way: the database's promise
    except sa.exc.IntegrityError as err:
        raise errors.AlreadyUnderway(unit=org.name_of(unit_id)) from err
    return row


def cancel(certificate_id: int, *, by: Actor) -> Certificate:
    """Take one's own request back while nothing is printed.

    :raises NotFound: no such certificate, or not his
    :raises NotNow: it is printed, or over
    """
    with transaction() as session:
        row = _held(certificate_id)
        if row is None or row.member_id != by.member_id:
            raise NotFound(what=_WHAT)
        row.state = _moved(row, "cancel")
        audit.record(by=by, action="certificate.cancel", subject=SUBJECT, subject_id=row.id)
        session.flush()  # the state, before the caller reads it
        return row


def decline(certificate_id: int, *, reason: str, by: Actor) -> Certificate:
    """Say no to a request, with a word that the member reads.

    :raises NotFound, Forbidden, OwnCertificate, ReasonMissing, NotNow: see ``access``
    """
    if not reason.strip():
        raise errors.ReasonMissing
    with transaction() as session:
        row = access(certificate_id, P.ISSUE, "decline", by=by)
        row.state, row.reason = _moved(row, "decline"), reason.strip()[:200]
        _tell(row, "certificate_declined")
        audit.record(by=by, action="certificate.decline", subject=SUBJECT, subject_id=row.id)
        session.flush()  # the state, before the caller reads it
        return row


def print_(certificate_id: int, *, batch_id: int | None = None, by: Actor) -> Certificate:
    """Freeze what a requested certificate says and give it its number; a decider is asked to sign.

    :raises NotFound, Forbidden, OwnCertificate, NotNow: see ``access``
    :raises NotEntitled: the organisation may not issue today
    :raises NothingToCertify: nothing is left that counts
    """
    with transaction() as session:
        row = access(certificate_id, P.ISSUE, "print", by=by)
        state = _moved(row, "print")
        right = entitled.hold(row.unit_id, "print")
        person = session.get(Member, row.member_id)
        if person is None or person.erased_at is not None:
            raise errors.Erased
        lines = entitled.covered(row.member_id, row.unit_id, sources=_sources(), year=row.year)
        if not lines:
            raise errors.NothingToCertify(unit=right.full_name)
        row.number = rules.numbered(secrets.randbelow(_SPACE))
        row.name, row.member_number = person.name, person.number
        row.unit_name, row.contact = right.full_name, right.contact
        row.minutes_verified = sum(one.minutes for one in lines if one.kind == Kind.VERIFIED)
        row.minutes_attested = sum(one.minutes for one in lines if one.kind == Kind.ATTESTED)
        row.first_on, row.last_on = lines[0].occurred_on, max(one.occurred_on for one in lines)
        row.state, row.printed_by, row.printed_at = state, by.member_id, clock.now()
        row.batch_id = batch_id
        row.digest = digest_of(row, lines)
        session.flush()  # the row, before its lines
        session.execute(
            sa.insert(table_of(CertificateLine)),
            [{"certificate_id": row.id, "record_id": one.record_id, "title": one.title} for one in lines],
        )
        unit = org.unit(row.unit_id)
        # Who prints and who answers for it are two people.
        apart = [by.member_id] if by.member_id is not None else []
        asked = asks.unit_for(unit.path, row.member_id, not_by=apart)
        asks.ask(SUBJECT, row.id, unit_id=asked, concerns=row.member_id, not_by=apart)
        audit.record(by=by, action="certificate.print", subject=SUBJECT, subject_id=row.id)
        return row


def issue(
    member_id: int, unit_id: int, *, year: int | None = None, batch_id: int | None = None, by: Actor
) -> Certificate:
    """Print a certificate for somebody at once: his open request is used, or one is entered for him.

    :raises NotFound, Forbidden: not the actor's organisation to see, or not to issue for
    :raises OwnCertificate, NotEntitled, NothingToCertify, AlreadyUnderway: see ``print_``
    """
    if year is not None:
        late.refuse_year(year)
    with transaction() as session:
        access_unit(unit_id, P.ISSUE, by=by)
        entitled.hold(unit_id, "print")
        if member_id == by.member_id:
            raise errors.OwnCertificate(move=WORDS["print"])
        if session.get(Member, member_id) is None:
            raise NotFound(what="这位党员")
        if not entitled.covered(member_id, unit_id, sources=_sources(), year=year):
            # Also the answer for somebody whom this organisation has nothing to do with.
            raise errors.NothingToCertify(unit=org.name_of(unit_id))
        stmt = sa.select(Certificate.id).where(
            Certificate.member_id == member_id,
            Certificate.unit_id == unit_id,
            Certificate.state == CertificateState.REQUESTED,
            Certificate.year.is_(None) if year is None else Certificate.year == year,
        )
        waiting = session.scalar(stmt)
        row_id = waiting if waiting is not None else _added(member_id, unit_id, year, by).id
        return print_(row_id, batch_id=batch_id, by=by)


def sign(certificate_id: int, *, by: Actor) -> Certificate:
    """Answer for a printed certificate as the person in charge; the paper is signed by hand as well.

    :raises NotFound, NotByYou, Answered: see ``asks.access``
    :raises NotEntitled, HoursChanged: the organisation may not issue, or a record no longer counts
    """
    with transaction() as session:
        row = _held(certificate_id)
        if row is None:
            raise NotFound(what=_WHAT)
        asked = asks.access(SUBJECT, row.id, by=by)
        row.state = _next(row, "sign")
        row.signed_by, row.signed_at = by.member_id, clock.now()
        asks.decide(asked, "signed", by=by)
        audit.record(by=by, action="certificate.sign", subject=SUBJECT, subject_id=row.id)
        session.flush()  # the state, before the caller reads it
        return row


def seal(certificate_id: int, *, by: Actor) -> Certificate:
    """Note that the paper bears the seal.

    :raises NotFound, Forbidden, OwnCertificate, NotNow: see ``access``
    :raises NotEntitled, HoursChanged: the organisation may not issue, or a record no longer counts
    """
    with transaction() as session:
        row = access(certificate_id, P.ISSUE, "seal", by=by)
        row.state = _next(row, "seal")
        row.sealed_by, row.sealed_at = by.member_id, clock.now()
        audit.record(by=by, action="certificate.seal", subject=SUBJECT, subject_id=row.id)
        session.flush()  # the state, before the caller reads it
        return row


_NEXT_NO = """
SELECT coalesce(max(register_no), 0) + 1 FROM certificate WHERE unit_id = %(unit)s AND register_year = %(year)s
"""


def register(certificate_id: int, *, by: Actor) -> Certificate:
    """Enter a sealed certificate in the organisation's register: from now on strangers see that it is valid.

    :raises NotFound, Forbidden, OwnCertificate, NotNow: see ``access``
    :raises NotEntitled, HoursChanged: the organisation may not issue, or a record no longer counts
    """
    with transaction() as session:
        row = access(certificate_id, P.ISSUE, "register", by=by)
        state = _next(row, "register")
        # One register an organisation: whoever enters holds it, so that no number is given twice.
        session.execute(
            sa.select(Unit.id).where(Unit.id == row.unit_id).with_for_update(key_share=True)
        ).all()
        year = clock.today().year
        [[number]] = ask(_NEXT_NO, {"unit": row.unit_id, "year": year})
        row.state, row.register_year, row.register_no = state, year, number
        row.registered_by, row.registered_at = by.member_id, clock.now()
        _tell(row, "certificate_registered")
        audit.record(by=by, action="certificate.register", subject=SUBJECT, subject_id=row.id)
        session.flush()  # the state, before the caller reads it
        return row


def withdraw(certificate_id: int, *, reason: str, by: Actor) -> Certificate:
    """Take back what was printed, registered or not; it stays in the register and on its public page as such.

    An organisation that may no longer issue still withdraws.

    :raises NotFound, Forbidden, OwnCertificate, NotNow: see ``access``
    :raises ReasonMissing: without a word
    """
    if not reason.strip():
        raise errors.ReasonMissing
    with transaction():
        row = access(certificate_id, P.ISSUE, "withdraw", by=by)
        take_back(row, reason, cause=Cause.UNIT, by=by)
        return row


def take_back(row: Certificate, reason: str, *, cause: Cause, by: Actor) -> None:
    """Withdraw a certificate, held; the lists that show it are drawn anew, and the member is told why.

    The caller has checked that ``by`` may.

    :raises NotNow: it is not printed, or gone already
    """
    was = row.state
    row.state, row.reason = _moved(row, "withdraw"), reason.strip()[:200]
    row.withdrawn_by, row.withdrawn_at, row.cause = by.member_id, clock.now(), cause
    asks.answered(SUBJECT, row.id)
    db.session.flush()  # the state, before lists are drawn anew
    publishing.correct(row, by=by)
    _tell(row, "certificate_withdrawn")
    audit.record(by=by, action="certificate.withdraw", subject=SUBJECT, subject_id=row.id, codes=was)
    db.session.flush()  # the state, before the caller reads it


def access(certificate_id: int, permission: P, move: str, *, by: Actor) -> Certificate:
    """Return a certificate of an organisation in which the actor does this, locked.

    :raises NotFound, Forbidden: not the actor's organisation to see, or not to do this in
    :raises OwnCertificate: it is about himself
    """
    row = _held(certificate_id)
    if row is None:
        raise NotFound(what=_WHAT)
    access_unit(row.unit_id, permission, by=by)
    if row.member_id == by.member_id:
        raise errors.OwnCertificate(move=WORDS[move])
    return row


def _held(certificate_id: int) -> Certificate | None:
    return db.session.get(Certificate, certificate_id, with_for_update=True, populate_existing=True)


def access_unit(unit_id: int, permission: P, *, by: Actor) -> Unit:
    """Return the organisation if the actor does this with its certificates.

    :raises NotFound, Forbidden: not his to see, or not to do this in
    """
    unit = org.unit(unit_id)
    scope = late.scope_of(unit)
    if not permits(by, permission, scope):
        if permits(by, P.LIST, scope):
            raise Forbidden(action=words_for(permission))
        raise NotFound(what="这个组织的证明")
    return unit


def _moved(row: Certificate, move: str) -> CertificateState:
    return advance(MOVES, CertificateState(row.state), move, what=_WHAT, words=WORDS)


def _next(row: Certificate, move: str) -> CertificateState:
    """Return the state that follows, where the organisation may issue, its person is known and what was printed holds."""
    state = _moved(row, move)
    entitled.hold(row.unit_id, move)
    if row.name is None:
        raise errors.Erased
    if changed([row.id]):
        raise errors.HoursChanged(move=WORDS[move])
    return state


_CHANGED = """
SELECT l.certificate_id, sum(r.minutes)::bigint
  FROM certificate_line l JOIN service_record r ON r.id = l.record_id
  LEFT JOIN service_span s ON s.record_id = l.record_id AND s.state = 'counts'
 WHERE l.certificate_id = ANY(%(ids)s) AND s.record_id IS NULL
 GROUP BY l.certificate_id
"""


def changed(certificate_ids: Sequence[int]) -> dict[int, int]:
    """Return, of those certificates with records that no longer count, how many minutes those are."""
    return dict(ask(_CHANGED, {"ids": list(certificate_ids)}))


def digest_of(row: Certificate, lines: Sequence[Covered]) -> str:
    """Return the SHA-256 over everything that the paper says; the random number in it keeps it from being guessed."""
    said = [
        *(row.number, row.name, row.member_number, row.unit_name, row.contact, row.year),
        *(row.minutes_verified, row.minutes_attested),
        [
            [o.record_id, o.title, o.kind, o.started_at.timestamp(), o.ended_at.timestamp(), o.minutes]
            for o in lines
        ],
    ]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def _tell(row: Certificate, kind: str) -> None:
    notices.queue_many(
        kind=kind, rows=[(f"certificate:{row.id}:{kind}", row.member_id, {"certificate": row.id})]
    )
