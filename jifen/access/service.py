"""Handing out ways in: paper codes, bindings, bearer tokens."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Sequence

import sqlalchemy as sa

from jifen.access import rules
from jifen.access.models import ApiToken, BindCode, Binding
from jifen.access.policy import Bearer, P
from jifen.audit import service as audit
from jifen.core import clock, house
from jifen.core.actor import Actor, permissions, permits, words_for
from jifen.core.db import db, transaction
from jifen.core.errors import Forbidden, Invalid, NotFound
from jifen.members import queries as members
from jifen.notices import reach
from jifen.notices import service as notices
from jifen.org import queries as org


def issue_code(member_id: int, *, by: Actor) -> str:
    """Return a fresh code for the member's slip; a living older one dies.

    :raises Forbidden: the actor does not hand out slips in that branch
    """
    with transaction() as session:
        may_hand_out(member_id, by=by)
        now = clock.now()
        for old in session.scalars(
            sa.select(BindCode).where(
                BindCode.member_id == member_id,
                BindCode.kind == "slip",
                BindCode.used_at.is_(None),
                BindCode.revoked_at.is_(None),
            )
        ):
            old.revoked_at = now
        session.flush()  # the old one's end, for one at most lives
        code = "".join(secrets.choice(rules.ALPHABET) for _ in range(rules.LENGTH))
        session.add(
            BindCode(
                digest=code_digest(code),
                member_id=member_id,
                issued_by=by.member_id,
                issued_at=now,
                expires_at=now + dt.timedelta(days=rules.VALID_DAYS),
            )
        )
        audit.record(by=by, action="bind_code.issue", subject="member", subject_id=member_id)
        return code


def issue_codes(member_ids: Sequence[int], *, by: Actor) -> list[tuple[int, str]]:
    """Return a fresh code for each of them, in that order: all of them or none.

    :raises Forbidden: somebody among them gets his from another office
    """
    with transaction():
        return [(one, issue_code(one, by=by)) for one in member_ids]


def may_hand_out(member_id: int, *, by: Actor) -> None:
    """Refuse whoever does not hand out that member's way in.

    :raises Forbidden: see there
    :raises NotFound: nobody is there
    """
    if not (permits(by, P.ISSUE_CODE, _bearer(member_id)) or by.is_system):
        raise Forbidden(action=words_for(P.ISSUE_CODE))
    if not members.names({member_id}):
        raise NotFound(what="这位党员")


def may_end(member_id: int, *, by: Actor) -> None:
    """Refuse whoever ends neither his own binding nor that of somebody in his hands.

    :raises Forbidden: see there
    """
    if by.member_id != member_id and not permits(by, P.REVOKE, _bearer(member_id)):
        raise Forbidden(action=words_for(P.REVOKE))


def _bearer(member_id: int) -> Bearer:
    today = clock.today()
    person = members.person(member_id, today)
    return Bearer(member_id, person.branch_path, tuple(members.posts_of(member_id, today)))


def code_digest(code: str) -> str:
    """Return the HMAC by which a slip is found."""
    return house.cipher().digest(code, purpose="bind_code")


def openid_digest(openid: str) -> str:
    """Return the HMAC by which an openid is found; the openid itself is never a key."""
    return house.cipher().digest(openid, purpose="openid")


def unbind(member_id: int, *, by: Actor) -> None:
    """End the member's binding; his records stay. Where somebody else ended it he is told.

    :raises Forbidden: neither himself, nor a decider or an office over him
    :raises NotFound: nothing is bound
    """
    with transaction() as session:
        may_end(member_id, by=by)
        row = session.scalar(
            sa.select(Binding)
            .where(Binding.member_id == member_id, Binding.ended_at.is_(None))
            .with_for_update()
        )
        if row is None:
            raise NotFound(what="绑定记录")
        row.ended_at, row.openid_digest = clock.now(), None
        for slip in session.scalars(
            sa.select(BindCode)
            .where(BindCode.member_id == member_id, BindCode.used_at.is_(None), BindCode.revoked_at.is_(None))
            .with_for_update()
        ):
            slip.revoked_at = row.ended_at
        if by.member_id == member_id or not row.following:
            row.openid_sealed = None
        else:
            # The account that was bound is told, not the next one; what is sealed goes within a day.
            notices.queue_many(
                kind="binding_ended", rows=[(f"binding_ended:{row.id}", member_id, {"binding": row.id})]
            )
        reach.forget(member_id)
        audit.record(by=by, action="binding.end", subject="member", subject_id=member_id)


def issue_token(
    *,
    by: Actor,
    scopes: frozenset[str],
    label: str = "",
    days: int = 90,
    system_name: str | None = None,
    unit_id: int | None = None,
    community_id: int | None = None,
) -> tuple[int, str]:
    """Return the id and the text of a fresh bearer token, for oneself, an office system or a community.

    :param community_id: the community it speaks for, whose name is ``system_name``; whoever calls knows it

    :raises Invalid: an unknown scope, or a term outside 1 … 365 days
    """
    unknown = scopes - set(permissions().values())
    if unknown or not scopes:
        raise Invalid(reason=f"没有这样的权限范围：{'、'.join(sorted(unknown)) or '（空）'}，请核对。")
    if not 1 <= days <= 365:
        raise Invalid(reason="有效期应在1到365天之间，请核对。")
    with transaction() as session:
        if system_name is None:
            if by.member_id is None:
                raise Forbidden(action=words_for(P.ISSUE_TOKEN))
        else:
            if not permits(by, P.ISSUE_SYSTEM_TOKEN):
                raise Forbidden(action=words_for(P.ISSUE_SYSTEM_TOKEN))
            if unit_id is not None:
                org.unit(unit_id)
            elif community_id is None:
                raise Invalid(reason="请写明这个业务系统属于哪个组织。")
        if by.scopes is not None and not scopes <= by.scopes:
            raise Forbidden(action=words_for(P.ISSUE_TOKEN))
        token = "jf_" + secrets.token_urlsafe(32)
        row = ApiToken(
            digest=hashlib.sha256(token.encode()).hexdigest(),
            member_id=by.member_id if system_name is None else None,
            system_name=system_name,
            unit_id=unit_id,
            community_id=community_id,
            scopes=sorted(scopes),
            label=label,
            expires_at=clock.now() + dt.timedelta(days=days),
        )
        session.add(row)
        session.flush()  # row.id
        audit.record(by=by, action="token.issue", subject="token", subject_id=row.id)
        return row.id, token


def revoke_token(token_id: int, *, by: Actor) -> None:
    """End a token at once: one's own, or an office system's or a community's by the work committee's office.

    :raises NotFound: no such token, or not his to end
    """
    with transaction() as session:
        row = session.get(ApiToken, token_id, with_for_update=True)
        own = row is not None and row.member_id is not None and row.member_id == by.member_id
        office = row is not None and row.member_id is None and permits(by, P.ISSUE_SYSTEM_TOKEN)
        if row is None or not (own or office):
            raise NotFound(what="这个令牌")
        row.revoked_at = row.revoked_at or clock.now()
        audit.record(by=by, action="token.revoke", subject="token", subject_id=row.id)


def tokens_of(*, by: Actor) -> list[ApiToken]:
    """Return the actor's own living tokens."""
    return list(
        db.session.scalars(
            sa.select(ApiToken)
            .where(ApiToken.member_id == by.member_id, ApiToken.revoked_at.is_(None))
            .order_by(ApiToken.id)
        )
    )
