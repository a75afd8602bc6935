"""What becomes of a notice, as a table."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where a notice stands."""

    QUEUED = "queued"
    SENDING = "sending"
    #: The platform took it.
    ACCEPTED = "accepted"
    #: The platform says that it arrived.
    DELIVERED = "delivered"
    #: It may have left, and nobody can say: a person decides.
    UNKNOWN = "unknown"
    #: It did not arrive and no way is left to try.
    FAILED = "failed"
    #: Nothing may be pushed to this person now: it waits in 待办 and is told in person.
    WAITS = "waits"
    #: Somebody told it in person, or the person read it himself.
    TOLD = "informed"
    #: Not sent, because there is nothing to say any more or the person wants none of this kind.
    SKIPPED = "skipped"


WORDS = {
    State.QUEUED: "等待发送",
    State.SENDING: "正在发送",
    State.ACCEPTED: "已发出",
    State.DELIVERED: "已送达",
    State.UNKNOWN: "不能确定是否发出",
    State.FAILED: "没有发成",
    State.WAITS: "没有推送，等本人查看",
    State.TOLD: "已告知",
    State.SKIPPED: "不需要发送",
    "tell": "登记为已告知",
    "again": "再发一次",
    "read": "查看",
}

#: What people do to a notice; the worker's own moves are in ``sending``.
MOVES: dict[tuple[str, str], str] = {
    (State.WAITS, "tell"): State.TOLD,
    (State.FAILED, "tell"): State.TOLD,
    (State.UNKNOWN, "tell"): State.TOLD,
    (State.UNKNOWN, "again"): State.QUEUED,
    (State.FAILED, "again"): State.QUEUED,
    (State.WAITS, "read"): State.TOLD,
    (State.FAILED, "read"): State.TOLD,
    (State.UNKNOWN, "read"): State.TOLD,
}
#: What the person has not got for certain: shown to himself when he asks.
UNSEEN = (State.WAITS, State.FAILED, State.UNKNOWN)
