"""Accounts: the printed code that begins or resets one, signing in, changes by the person himself.

Five failures lock an account for a quarter of an hour, each further one twice
as long, four hours at most. A stranger who keeps guessing locks out only
machines that never signed in: a browser that did is counted apart. The printed
code of the next higher organisation opens a locked account at once.

Who signs in, and when, is written nowhere that a superior could read.
"""

from __future__ import annotations

import datetime as dt
import hmac
from dataclasses import dataclass

import sqlalchemy as sa

from jifen.access import factors, passwords, queries_accounts, rules
from jifen.access import rules_accounts as bounds
from jifen.access import service_sessions as sessions
from jifen.access.models_accounts import Account, CardCode, KnownMachine, StartCode
from jifen.access.policy import P
from jifen.access.queries_accounts import digest_of
from jifen.audit import service as audit
from jifen.core import clock, house
from jifen.core.actor import Actor, Door, permits, words_for
from jifen.core.db import db, transaction
from jifen.core.errors import Conflict, Forbidden, Invalid, NotFound
from jifen.members.models import Member
from jifen.notices import service as notices


class BadSignIn(Conflict):
    """Unknown number, wrong password, wrong code, locked, no post: one answer for all of them."""

    code, http_status, lasting = "bad_sign_in", 403, True
    template = (
        "没有登录成功：编号、密码或验证码不对，或者连续输错已暂时锁定。"
        "请核对后再试；输错5次要等15分钟以上。忘记密码请向上一级党组织领取登录码。"
    )


class BadStart(Conflict):
    """No living printed code fits: which of the parts was wrong is not told."""

    code, http_status, lasting = "bad_start", 403, True
    template = "没有成功：编号或登录码不对，或者登录码已过期、已用过。请核对纸条，或请上一级党组织重新打印。"


class Weak(Invalid):
    """The password cannot be taken."""

    code = "weak_password"


class WrongPassword(Conflict):
    """The password in use was typed wrongly."""

    code, http_status, lasting = "wrong_password", 403, True
    template = "现用密码不对，没有做任何更改。请重新输入。"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What the browser is given."""

    session: str
    machine: str


def issue_start(member_id: int, *, by: Actor) -> str:
    """Return a fresh printed code for a person's first sign-in, or for choosing his password anew.

    A living older code dies; nothing else changes until the code is used.

    :raises Forbidden: the actor does not stand above that person, or it is himself
    """
    with transaction() as session:
        whose = queries_accounts.account_of(member_id)
        if not (permits(by, P.RESET, whose) or by.is_system):
            raise Forbidden(action=words_for(P.RESET))
        if not whose.posts:
            raise Invalid(reason="这位同志现在没有任职，不需要工作台账号。请先登记任职。")
        now = clock.now()
        session.execute(
            sa.update(StartCode)
            .where(
                StartCode.member_id == member_id, StartCode.used_at.is_(None), StartCode.revoked_at.is_(None)
            )
            .values(revoked_at=now)
        )
        code = factors.one_code()
        row = StartCode(
            digest=_start_digest(member_id, code),
            member_id=member_id,
            issued_by=by.member_id,
            issued_at=now,
            expires_at=now + dt.timedelta(days=rules.VALID_DAYS),
        )
        session.add(row)
        session.flush()  # row.id
        audit.record(by=by, action="account.issue_code", subject="member", subject_id=member_id)
        _tell(member_id, "code", row.id)
        return code


def start(number: str, code: str, password: str, *, machine: str = "") -> SignedIn:
    """Let who holds a printed code choose a password; he chooses his second factor next.

    Whatever the account had before (password, factor, card, sessions, lock) is over.

    :raises BadStart: no living code fits; a wrong try is counted, five kill the code
    :raises Weak: the password is too short, too common, or the number
    """
    with transaction() as session:
        now = clock.now()
        found = session.execute(
            sa.select(StartCode, Member.number)
            .join(Member, Member.id == StartCode.member_id)
            .where(
                Member.number == number.strip(),
                Member.erased_at.is_(None),
                StartCode.used_at.is_(None),
                StartCode.revoked_at.is_(None),
                StartCode.expires_at > now,
                StartCode.failures < rules.MAX_FAILURES,
            )
            .with_for_update(of=StartCode)
        ).first()
        if found is None:
            raise BadStart
        row: StartCode = found[0]
        if not hmac.compare_digest(row.digest, _start_digest(row.member_id, code)):
            row.failures += 1
            raise BadStart
        if not queries_accounts.account_of(row.member_id).posts:
            raise BadStart
        _check(password, number=found[1])
        row.used_at = now
        account = session.get(Account, row.member_id, with_for_update=True)
        if account is None:
            account = Account(member_id=row.member_id, password="", created_at=now)
            session.add(account)
        account.password, account.changed_at = passwords.hash_of(password), now
        account.totp_sealed = account.totp_step = account.locked_until = None
        account.failures = 0
        session.execute(sa.delete(CardCode).where(CardCode.member_id == row.member_id))
        session.execute(sa.delete(KnownMachine).where(KnownMachine.member_id == row.member_id))
        sessions.end_all(row.member_id)
        himself = Actor(door=Door.CONSOLE, member_id=row.member_id)
        audit.record(by=himself, action="account.start", subject="member", subject_id=row.member_id)
        _tell(row.member_id, "start", row.id)
        session.flush()  # the account, before its machine
        return _let_in(row.member_id, machine, None, proved=False)


def sign_in(
    number: str, password: str, code: str, *, machine: str = "", cookie: str = "", known: str = ""
) -> SignedIn:
    """Let somebody in by number, password and a code of his phone or card.

    Without any factor yet only the choosing of one is opened to him.

    :param machine: what the browser says it is
    :param cookie: the session in use before, which ends
    :param known: the cookie of a browser that signed in before
    :raises BadSignIn: anything is wrong; the failure is counted
    """
    with transaction() as session:
        account = session.scalar(
            sa.select(Account)
            .join(Member, Member.id == Account.member_id)
            .where(Member.number == number.strip(), Member.erased_at.is_(None))
            .with_for_update(of=Account)
        )
        right = passwords.fits(account.password if account else None, password)
        if account is None:
            raise BadSignIn
        counter = _counter(account, known)
        now = clock.now()
        if counter.locked_until is not None and counter.locked_until > now:
            raise BadSignIn
        has_factor = account.totp_sealed is not None or factors.any_left(account.member_id)
        if not right or (has_factor and not factors.take(account, code)):
            counter.failures += 1
            wait = bounds.locked_for(counter.failures)
            counter.locked_until = now + wait if wait else None
            raise BadSignIn
        if not queries_accounts.account_of(account.member_id).posts:
            raise BadSignIn
        counter.failures, counter.locked_until = 0, None
        if passwords.is_dated(account.password):
            account.password = passwords.hash_of(password)
        if cookie:
            sessions.end_by_cookie(cookie)
        return _let_in(account.member_id, machine, known, proved=has_factor)


def _counter(account: Account, known: str) -> Account | KnownMachine:
    """Return what counts this browser's failures: its own row if it signed in before, else the account's."""
    row = db.session.get(KnownMachine, digest_of(known), with_for_update=True) if known else None
    if row is None or row.member_id != account.member_id or row.expires_at <= clock.now():
        return account
    return row


def _let_in(member_id: int, machine: str, known: str | None, *, proved: bool) -> SignedIn:
    session, now = db.session(), clock.now()
    row = session.get(KnownMachine, digest_of(known)) if known else None
    if not proved:
        return SignedIn(sessions.begin(member_id, machine=machine, proved=False), "")
    if row is None or row.member_id != member_id:
        known = factors.new_seed() + factors.new_seed()
        row = KnownMachine(digest=digest_of(known), member_id=member_id, expires_at=now)
        session.add(row)
    row.expires_at = now + bounds.MACHINE_KNOWN
    return SignedIn(sessions.begin(member_id, machine=machine), known or "")


def change_password(old: str, new: str, *, session_id: int, number: str, by: Actor) -> None:
    """Choose another password; all other sessions end, and the person is told.

    :raises WrongPassword: the one in use was typed wrongly
    :raises Weak: too short, too common, or the number
    """
    with transaction():
        account = _own(old, by=by)
        _check(new, number=number)
        account.password, account.changed_at = passwords.hash_of(new), clock.now()
        sessions.end_all(account.member_id, keep=session_id)
        audit.record(by=by, action="account.password", subject="member", subject_id=account.member_id)
        _tell(account.member_id, "password", int(account.changed_at.timestamp() * 1_000_000))


def choose_phone(sealed: str, code: str, *, password: str | None, session_id: int, by: Actor) -> None:
    """Take the codes of a phone as second factor; the printed card, if any, is dead.

    :param sealed: the seed that was shown, sealed for this person
    :param password: the one in use; None right after it was typed at the sign-in
    :raises Invalid: the code does not fit the seed that was shown
    """
    with transaction() as session:
        account = _own(password, by=by)
        try:
            seed = factors.unseal(sealed, member_id=account.member_id, purpose="totp_shown")
        except ValueError as err:
            raise Invalid(reason="这个二维码已经失效，请刷新后重新扫描。") from err
        step = factors.step_of(seed, code, after=None)
        if step is None:
            raise Invalid(reason="手机上的6位验证码不对，请等下一个验证码出来后再试，并核对手机时间。")
        account.totp_sealed = factors.seal(seed, member_id=account.member_id)
        account.totp_step = step
        session.execute(sa.delete(CardCode).where(CardCode.member_id == account.member_id))
        _factor_changed(account, "phone", session_id, by=by)


def choose_card(*, password: str | None, session_id: int, by: Actor) -> list[str]:
    """Return the codes of a fresh card, shown this once; the phone, if any, counts no more.

    :raises Forbidden: his posts ask for a phone
    """
    with transaction():
        if any(h.role in bounds.NEEDS_TOTP for h in by.holdings):
            raise Forbidden(action="使用密码卡登录（您的岗位须用手机验证码）")
        account = _own(password, by=by)
        account.totp_sealed = account.totp_step = None
        codes = factors.new_card(account.member_id)
        _factor_changed(account, "card", session_id, by=by)
        return codes


def _factor_changed(account: Account, what: str, session_id: int, *, by: Actor) -> None:
    account.changed_at = clock.now()
    sessions.end_all(account.member_id, keep=session_id)
    sessions.prove(session_id)
    audit.record(by=by, action="account.factor", subject="member", subject_id=account.member_id, codes=what)
    _tell(account.member_id, what, int(account.changed_at.timestamp() * 1_000_000))


def _own(password: str | None, *, by: Actor) -> Account:
    account = db.session.get(Account, by.member_id or 0, with_for_update=True)
    if account is None:
        raise NotFound(what="您的账号")
    if password is not None and not passwords.fits(account.password, password):
        raise WrongPassword
    return account


def _check(password: str, *, number: str) -> None:
    why = bounds.weakness(password, number=number)
    if why is not None:
        raise Weak(reason=why)


def _start_digest(member_id: int, code: str) -> str:
    return house.cipher().digest(f"{member_id}:{rules.clean_code(code)}", purpose="start_code")


def _tell(member_id: int, what: str, mark: int) -> None:
    """Owe the person a message: if it was not he, he must learn of it."""
    notices.queue_many(
        kind="account_changed", rows=[(f"account:{member_id}:{what}:{mark}", member_id, {"what": what})]
    )
