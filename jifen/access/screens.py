"""A QR code on the branch's screen: shown to one person who stands before it, scanned once in ten minutes.

The code is a row; its picture is asked of WeChat by a deferred call, so that
no page waits for the network and nothing of it is inside a transaction. Who
scans it, or follows the account by it, is shown the privacy text and answers
as with a paper slip.
"""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

import sqlalchemy as sa

from jifen.access import binding, privacy_text, rules
from jifen.access.models import BindCode, PendingBinding
from jifen.access.service import may_hand_out, openid_digest
from jifen.audit import service as audit
from jifen.core import clock, house, queue
from jifen.core.actor import Actor
from jifen.core.db import db, transaction
from jifen.core.errors import Conflict, NotFound
from jifen.members import queries as members
from jifen.members.models import Member
from jifen.wechat import account, qr

_PURPOSE = "bind_scene"
#: The worker's name of the deferred call.
MAKE = "access.screen"


class BadScreen(Conflict):
    """No living QR code of ours, or another account scanned it first."""

    code, lasting = "bad_screen", True
    template = (
        "绑定没有成功：这个二维码已经过期，或者已经被扫过。二维码10分钟内有效，只能扫一次，"
        "请支部在电脑上重新打开一个，或领取纸条。"
    )


def show(member_id: int, *, by: Actor) -> int:
    """Begin a QR code for one member; an older one of his dies, his paper slip does not.

    :return: the id by which its page looks
    :raises Forbidden: the actor does not hand out that member's way in
    :raises AlreadyBound: the member is bound
    """
    with transaction() as session:
        may_hand_out(member_id, by=by)
        if binding.is_bound(member_id):
            raise binding.AlreadyBound(who="这位同志")
        now, scene = clock.now(), rules.SCENE + secrets.token_urlsafe(24)
        binding.revoke_codes(member_id, now, kind="screen")
        row = BindCode(
            kind="screen",
            digest=_digest(scene),
            scene_sealed=house.cipher().encrypt(scene, purpose=_PURPOSE),
            member_id=member_id,
            issued_by=by.member_id,
            issued_at=now,
            expires_at=now + dt.timedelta(minutes=rules.SCREEN_MINUTES),
        )
        session.add(row)
        session.flush()  # row.id
        queue.defer(MAKE, code_id=row.id)
        audit.record(by=by, action="bind_screen.show", subject="member", subject_id=member_id)
        return row.id


def make(code_id: int) -> None:
    """Ask WeChat for the picture; runs in the worker, and twice does no harm.

    :raises ApiError, Unreachable: to be tried again
    """
    with transaction() as session:
        row = session.get(BindCode, code_id)
        if row is None or row.scene_sealed is None or row.revoked_at or row.expires_at <= clock.now():
            return
        scene = house.cipher().decrypt(row.scene_sealed, purpose=_PURPOSE)
        seconds = int((row.expires_at - clock.now()).total_seconds()) + 1
    made = qr.create(account.client(), scene, seconds=seconds)
    with transaction() as session:
        session.execute(
            sa.update(BindCode).where(BindCode.id == code_id).values(url=made.url, scene_sealed=None)
        )


def begin(openid: str, scene: str) -> privacy_text.PrivacyText:
    """Note that this account scanned a living QR code; return the text that it must answer.

    The first account to scan has it; the same one may scan again.

    :raises GuessedTooOften: this account guessed too often; it waits an hour
    :raises AlreadyBound: the account or the member is bound
    :raises BadScreen: over, or scanned by somebody else
    """
    digest, now, text = openid_digest(openid), clock.now(), privacy_text.load()
    with transaction() as session:
        binding.heard(digest, now)
        row = session.scalar(
            sa.select(BindCode)
            .where(BindCode.digest == _digest(scene), BindCode.kind == "screen")
            .with_for_update()
        )
        if row is None:
            binding.count_failure(digest, None, now)
            raise BadScreen
        mine = session.scalar(
            sa.select(PendingBinding.member_id).where(
                PendingBinding.openid_digest == digest, PendingBinding.bind_code_id == row.id
            )
        )
        over = row.used_at or row.revoked_at or (row.expires_at <= now and not mine)
        member = session.get(Member, row.member_id)
        if over or (row.scanned_at and not mine) or member is None or member.erased_at:
            raise BadScreen
        if binding.is_bound(row.member_id):
            raise binding.AlreadyBound(who="这位同志")
        row.scanned_at = row.scanned_at or now
        binding.await_answer(digest, row, text, now)
        return text


@dataclass(frozen=True, slots=True)
class Screen:
    """How a QR code on a screen stands."""

    member_id: int
    name: str
    #: making, shown, scanned (waits for the answer), done, over.
    state: str
    #: What stands in the picture, while it is shown.
    url: str | None
    expires_at: dt.datetime
    #: Whether WeChat takes suspiciously long to make it.
    slow: bool


def screen(code_id: int, *, by: Actor) -> Screen:
    """Return how the QR code stands, for whoever hands out that member's way in.

    :raises NotFound: no such code, or not his to show
    """
    row = db.session.get(BindCode, code_id)
    if row is None or row.kind != "screen":
        raise NotFound(what="这个二维码")
    may_hand_out(row.member_id, by=by)
    now = clock.now()
    state = _state(row, now)
    return Screen(
        member_id=row.member_id,
        name=members.names({row.member_id})[row.member_id],
        state=state,
        url=row.url if state == "shown" else None,
        expires_at=row.expires_at,
        slow=now - row.issued_at > dt.timedelta(seconds=20),
    )


def _state(row: BindCode, now: dt.datetime) -> str:
    if row.used_at:
        return "done"
    if row.revoked_at:
        return "over"
    if row.scanned_at:
        answering = row.scanned_at + dt.timedelta(minutes=rules.ANSWER_MINUTES)
        return "scanned" if answering > now else "over"
    if row.expires_at <= now:
        return "over"
    return "shown" if row.url else "making"


def _digest(scene: str) -> str:
    return house.cipher().digest(scene, purpose=_PURPOSE)
