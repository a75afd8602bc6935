"""From the paper slip to a bound WeChat: the slip is shown, the person agrees, then the binding is made.

Between the two stands a pending row of an hour at most, without the openid
itself. The slip is spent by the answer and not by the showing: who reads the
text slowly, or asks at the branch first, keeps a good slip, and the first
answer wins. What is said before the answer holds nothing about the person, so
that a guesser who is right learns no more than one who holds the slip.
"""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from jifen.access import following, privacy_text, rules, wecom
from jifen.access.models import BindAttempt, BindCode, Binding, Consent, ConsentShown, PendingBinding
from jifen.access.service import code_digest, openid_digest
from jifen.audit import service as audit
from jifen.core import clock, house, queue
from jifen.core.actor import Actor, Door
from jifen.core.db import db, table_of, transaction
from jifen.core.errors import Conflict, NotFound, TooMany
from jifen.members.models import Member
from jifen.notices import reach


class BadCode(Conflict):
    """No living slip fits the code and the name; which of both was wrong is not told."""

    code, lasting = "bad_code", True
    template = "绑定没有成功：绑定码或姓名不对，或者纸条已过期。请核对纸条后再发一次，或请支部重新打印。"


class GuessedTooOften(TooMany):
    """Five wrong codes or names of one account."""

    template = "没有绑定：已经连着几次不对，请过{wait}再试。看不清的，请支部重新打印纸条。"


class AlreadyBound(Conflict):
    """This WeChat, or this member, is bound."""

    lasting = True
    code, template = "already_bound", "{who}已经绑定过了。如需更换微信，请联系支部办理。"


class NothingAsked(Conflict):
    """An answer to a question that nobody asked, or that has lapsed."""

    code = "nothing_asked"
    template = (
        "现在没有等您答复的绑定。请照纸条重新发送：绑定 绑定码 您的姓名。一小时内没有答复的要重新发送。"
    )


def begin(openid: str, code: str, name: str) -> privacy_text.PrivacyText:
    """Note that this account has a good slip and the name on it; return the text that it must answer.

    A wrong try is counted although it is refused, so that guessing is bounded.

    :raises GuessedTooOften: this account guessed too often; it waits an hour
    :raises AlreadyBound: the account or the member is bound
    :raises BadCode: no living slip fits
    """
    digest, now, text = openid_digest(openid), clock.now(), privacy_text.load()
    with transaction() as session:
        heard(digest, now)
        slip = session.scalar(
            sa.select(BindCode)
            .where(BindCode.digest == code_digest(rules.clean_code(code)))
            .with_for_update()
        )
        alive = slip is not None and _alive(slip, now)
        member = session.get(Member, slip.member_id) if slip and alive else None
        if member is None or rules.clean_name(member.name or "") != rules.clean_name(name):
            count_failure(digest, slip.id if slip and alive else None, now)
            raise BadCode
        if is_bound(member.id):
            count_failure(digest, None, now)
            raise AlreadyBound(who="您的名字")
        assert slip is not None
        await_answer(digest, slip, text, now)
        return text


def heard(digest: str, now: dt.datetime) -> None:
    """Hear an account that wants to be bound; the attempts of one account wait for each other.

    :raises GuessedTooOften: it guessed too often; it waits an hour
    :raises AlreadyBound: it is bound
    """
    session = db.session()
    tries = session.get(BindAttempt, digest, with_for_update=True)
    if tries and tries.blocked_until and tries.blocked_until > now:
        raise GuessedTooOften(wait="一小时")
    if session.scalar(
        sa.select(Binding.id).where(Binding.openid_digest == digest, Binding.ended_at.is_(None))
    ):
        raise AlreadyBound(who="这个微信")


def await_answer(digest: str, slip: BindCode, text: privacy_text.PrivacyText, now: dt.datetime) -> None:
    """Note that the account is shown the text and has an hour to answer it."""
    waiting = insert(table_of(PendingBinding)).values(
        openid_digest=digest,
        bind_code_id=slip.id,
        member_id=slip.member_id,
        version=text.version,
        expires_at=now + dt.timedelta(minutes=rules.ANSWER_MINUTES),
    )
    same = [column.name for column in table_of(PendingBinding).c if not column.primary_key]
    db.session.execute(
        waiting.on_conflict_do_update(
            index_elements=["openid_digest"], set_={name: waiting.excluded[name] for name in same}
        )
    )


def agree(openid: str, *, door: Door = Door.WECHAT) -> Member:
    """Bind the account that was asked, keep the consent, spend the slip.

    :raises NothingAsked: it was not asked, or more than an hour ago
    :raises BadCode: the slip has been used, revoked or has expired meanwhile
    :raises AlreadyBound: the member was bound meanwhile
    """
    digest, now, text = openid_digest(openid), clock.now(), privacy_text.load()
    with transaction() as session:
        slip = _answered(digest, now, version=text.version)
        member = session.get(Member, slip.member_id)
        if member is None or member.erased_at is not None or not _alive(slip, now):
            raise BadCode
        if is_bound(member.id):
            raise AlreadyBound(who="您的名字")
        session.add(
            Binding(
                member_id=member.id,
                openid_digest=digest,
                openid_sealed=house.cipher().encrypt(openid, purpose="openid"),
                bound_at=now,
            )
        )
        reach.forget(member.id)
        slip.used_at = now
        revoke_codes(member.id, now)
        session.execute(sa.delete(BindAttempt).where(BindAttempt.openid_digest == digest))
        itself = Actor(door=door, member_id=member.id)
        _keep_yes(text, by=itself)
        audit.record(by=itself, action="binding.make", subject="member", subject_id=member.id)
        session.flush()  # the binding, so that a race is refused here
        queue.defer_once(following.TAGS)
        return member


def decline(openid: str, *, door: Door = Door.WECHAT) -> None:
    """Forget the account that was asked; the branch does this member's matters on paper.

    :raises NothingAsked: it was not asked, or more than an hour ago
    """
    digest, now, text = openid_digest(openid), clock.now(), privacy_text.load()
    with transaction() as session:
        slip = _answered(digest, now, version=None)
        slip.revoked_at = slip.revoked_at or now
        session.execute(sa.delete(BindAttempt).where(BindAttempt.openid_digest == digest))
        _keep_no(text, slip.member_id, by=Actor(door=door, member_id=slip.member_id))


def show(*, by: Actor) -> privacy_text.PrivacyText:
    """Return the text in force for a bound person, and keep which version he is shown."""
    text = privacy_text.load()
    fresh = insert(table_of(ConsentShown)).values(
        member_id=by.member_id, version=text.version, shown_at=clock.now()
    )
    same = {"version": fresh.excluded.version, "shown_at": fresh.excluded.shown_at}
    with transaction() as session:
        session.execute(fresh.on_conflict_do_update(index_elements=["member_id"], set_=same))
    return text


def renew(*, by: Actor) -> bool:
    """Keep a bound person's yes to the version in force; False if it is another one that he was shown.

    :raises NothingAsked: he is bound neither in WeChat nor in WeCom
    """
    with transaction() as session:
        if by.member_id is None or not (is_bound(by.member_id) or wecom.is_bound(by=by)):
            raise NothingAsked
        text = privacy_text.load()
        gone = session.execute(
            sa.delete(ConsentShown)
            .where(ConsentShown.member_id == by.member_id, ConsentShown.version == text.version)
            .returning(ConsentShown.member_id)
        )
        if gone.first() is None:
            return False
        _keep_yes(text, by=by)
        return True


def withdraw(*, by: Actor) -> None:
    """Take one's consent back: every binding ends, the openid goes, the branch does it on paper.

    :raises NotFound: he is bound nowhere
    """
    with transaction():
        if not _end(by.member_id or 0):
            raise NotFound(what="绑定记录")
        _keep_no(privacy_text.load(), by.member_id or 0, by=by)


def withdraw_for(member_id: int, *, by: Actor) -> None:
    """Take somebody's consent back on his own word, brought on paper or by mouth.

    Whoever calls has checked who enters it; whether he was bound is not told.
    """
    with transaction():
        _end(member_id)
        _keep_no(privacy_text.load(), member_id, by=by)


def _end(member_id: int) -> bool:
    """End a member's bindings, in WeChat and in WeCom; returns whether there was one."""
    row = db.session.scalar(
        sa.select(Binding).where(Binding.member_id == member_id, Binding.ended_at.is_(None)).with_for_update()
    )
    if row is not None:
        row.ended_at, row.openid_digest, row.openid_sealed = clock.now(), None, None
        reach.forget(member_id)
    return wecom.forget(member_id) or row is not None


def revoke_codes(member_id: int, now: dt.datetime, *, kind: str | None = None) -> None:
    """End a member's living slips and screens, or those of one kind."""
    stmt = sa.update(BindCode).where(
        BindCode.member_id == member_id, BindCode.used_at.is_(None), BindCode.revoked_at.is_(None)
    )
    db.session.execute((stmt if kind is None else stmt.where(BindCode.kind == kind)).values(revoked_at=now))


def forget(openid: str) -> None:
    """Forget an account that left before it answered."""
    with transaction() as session:
        digest = openid_digest(openid)
        session.execute(sa.delete(PendingBinding).where(PendingBinding.openid_digest == digest))


def pending_member(openid: str) -> int | None:
    """Return whom the account, asked and not yet answered, is about; None if there is none."""
    return db.session.scalar(
        sa.select(PendingBinding.member_id).where(
            PendingBinding.openid_digest == openid_digest(openid), PendingBinding.expires_at > clock.now()
        )
    )


def _answered(digest: str, now: dt.datetime, *, version: str | None) -> BindCode:
    """Take the question back, and return its slip, locked."""
    session = db.session()
    row = session.execute(
        sa.delete(PendingBinding)
        .where(PendingBinding.openid_digest == digest)
        .returning(PendingBinding.bind_code_id, PendingBinding.version, PendingBinding.expires_at)
    ).first()
    if row is None or row.expires_at <= now or (version is not None and row.version != version):
        raise NothingAsked
    return session.execute(
        sa.select(BindCode).where(BindCode.id == row.bind_code_id).with_for_update()
    ).scalar_one()


def _alive(slip: BindCode, now: dt.datetime) -> bool:
    return (
        slip.used_at is None
        and slip.revoked_at is None
        # A screen is scanned in ten minutes; the answer may take its hour.
        and (slip.expires_at > now or slip.scanned_at is not None)
        and slip.failures < rules.MAX_FAILURES
    )


def is_bound(member_id: int) -> bool:
    """Return whether some account is bound to the member."""
    living = sa.select(Binding.id).where(Binding.member_id == member_id, Binding.ended_at.is_(None))
    return db.session.scalar(living) is not None


def _keep_yes(text: privacy_text.PrivacyText, *, by: Actor) -> None:
    fresh = insert(table_of(Consent)).values(
        member_id=by.member_id, version=text.version, digest=text.digest, given_at=clock.now(), door=by.door
    )
    db.session.execute(fresh.on_conflict_do_nothing())
    assert by.member_id is not None
    _note("consent.give", text, by.member_id, by=by)


def _keep_no(text: privacy_text.PrivacyText, member_id: int, *, by: Actor) -> None:
    """Withdraw what was agreed to; where nothing was, keep that the answer is no."""
    session, now = db.session(), clock.now()
    gone = session.scalars(
        sa.update(Consent)
        .where(Consent.member_id == member_id, Consent.withdrawn_at.is_(None))
        .values(withdrawn_at=now)
        .returning(Consent.id)
    ).all()
    if not gone:
        refused = Consent(
            member_id=member_id,
            version=text.version,
            digest=text.digest,
            given_at=None,
            withdrawn_at=now,
            door=by.door,
        )
        session.add(refused)
    _note("consent.withdraw", text, member_id, by=by)


def _note(action: str, text: privacy_text.PrivacyText, member_id: int, *, by: Actor) -> None:
    audit.record(by=by, action=action, subject="member", subject_id=member_id, codes=text.version)


def count_failure(digest: str, slip_id: int | None, now: dt.datetime) -> None:
    """Count a wrong try of an account, and of a slip; five of either end it."""
    session = db.session()
    session.execute(
        sa.text(
            "INSERT INTO bind_attempt (openid_digest, failures) VALUES (:d, 1)"
            " ON CONFLICT (openid_digest) DO UPDATE SET failures = bind_attempt.failures % :most + 1,"
            " blocked_until = CASE WHEN bind_attempt.failures + 1 >= :most"
            " THEN CAST(:until AS timestamptz) ELSE NULL END"
        ),
        {"d": digest, "most": rules.MAX_GUESSES, "until": now + dt.timedelta(hours=1)},
    )
    if slip_id is not None:
        session.execute(
            sa.update(BindCode).where(BindCode.id == slip_id).values(failures=BindCode.failures + 1)
        )
