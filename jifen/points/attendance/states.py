"""How somebody expected ends, and what a gathering, an absence, a leave and a correction may become, as tables."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """How somebody expected ended (到会情况)."""

    ATTENDED = "attended"
    LATE = "late"
    LEFT_EARLY = "left_early"
    ON_LEAVE = "on_leave"
    ABSENT = "absent"
    EXEMPT = "exempt"
    #: Put on the list by mistake and taken off again; not an end of somebody expected.
    STRUCK = "struck"


#: What a person may be marked with; exempt people end as exempt by themselves.
MARKS = (Outcome.ATTENDED, Outcome.LATE, Outcome.LEFT_EARLY, Outcome.ON_LEAVE, Outcome.ABSENT)
OUTCOME_WORDS: dict[str, str] = {
    Outcome.ATTENDED: "到会",
    Outcome.LATE: "迟到",
    Outcome.LEFT_EARLY: "早退",
    Outcome.ON_LEAVE: "请假",
    Outcome.ABSENT: "缺席",
    Outcome.EXEMPT: "免于积分",
    Outcome.STRUCK: "误登，已划去",
}


class LeaveReason(StrEnum):
    """Why somebody asks for leave: a code, never a detail, least of all of health."""

    DUTY = "duty"  # 公务、出差、值班
    STUDY = "study"  # 培训、挂职
    VACATION = "vacation"  # 按规定休假（病假、产假、年假等都记作这一项，不问缘由）
    PRIVATE = "private"  # 事假


REASON_WORDS: dict[str, str] = {
    LeaveReason.DUTY: "公务",
    LeaveReason.STUDY: "培训",
    LeaveReason.VACATION: "休假",
    LeaveReason.PRIVATE: "事假",
}


class GatheringState(StrEnum):
    """Where the entry of a meeting stands."""

    PREPARED = "prepared"
    CONFIRMED = "confirmed"
    #: Taken back within a day, or by another decider afterwards.
    REVOKED = "revoked"
    #: Dropped before anybody confirmed.
    DROPPED = "dropped"


G = GatheringState
GATHERING_MOVES: dict[tuple[str, str], GatheringState] = {
    (G.PREPARED, "confirm"): G.CONFIRMED,
    (G.PREPARED, "drop"): G.DROPPED,
    (G.CONFIRMED, "revoke"): G.REVOKED,
}
GATHERING_WORDS: dict[str, str] = {
    G.PREPARED: "待确认",
    G.CONFIRMED: "已确认",
    G.REVOKED: "已撤回",
    G.DROPPED: "已作废",
    "confirm": "确认",
    "drop": "作废",
    "revoke": "撤回",
}


class AbsenceState(StrEnum):
    """Where the matter of an absence stands."""

    #: The person was told and may explain himself.
    TOLD = "told"
    EXPLAINED = "explained"
    #: A decider confirmed it: it counts on the rulebook's item.
    DEDUCTED = "deducted"
    #: The explanation was accepted: nothing counts.
    ACCEPTED = "accepted"
    #: Leave was granted, before or after: it counts as excused.
    EXCUSED = "excused"
    #: The entry of the meeting was corrected.
    DROPPED = "dropped"


A = AbsenceState
ABSENCE_MOVES: dict[tuple[str, str], AbsenceState] = {
    (A.TOLD, "explain"): A.EXPLAINED,
    (A.EXPLAINED, "explain"): A.EXPLAINED,
    (A.TOLD, "deduct"): A.DEDUCTED,
    (A.EXPLAINED, "deduct"): A.DEDUCTED,
    (A.TOLD, "accept"): A.ACCEPTED,
    (A.EXPLAINED, "accept"): A.ACCEPTED,
    (A.TOLD, "excuse"): A.EXCUSED,
    (A.EXPLAINED, "excuse"): A.EXCUSED,
    (A.DEDUCTED, "excuse"): A.EXCUSED,
    **{(state, "drop"): A.DROPPED for state in A if state != A.DROPPED},
}
ABSENCE_WORDS: dict[str, str] = {
    A.TOLD: "已告知，等待说明",
    A.EXPLAINED: "已说明，待处理",
    A.DEDUCTED: "已确认缺席",
    A.ACCEPTED: "说明已采纳，不扣分",
    A.EXCUSED: "按请假处理",
    A.DROPPED: "考勤已更正",
    "explain": "说明",
    "deduct": "确认缺席",
    "accept": "采纳说明",
    "excuse": "按请假处理",
    "drop": "更正",
}
#: What still waits for the person or a decider.
OPEN = (A.TOLD, A.EXPLAINED)


class LeaveState(StrEnum):
    """Where a request for leave stands."""

    REQUESTED = "requested"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


L = LeaveState
LEAVE_MOVES: dict[tuple[str, str], LeaveState] = {
    (L.REQUESTED, "grant"): L.GRANTED,
    (L.REQUESTED, "refuse"): L.REFUSED,
    (L.REQUESTED, "withdraw"): L.WITHDRAWN,
}
LEAVE_WORDS: dict[str, str] = {
    L.REQUESTED: "待批",
    L.GRANTED: "已批准",
    L.REFUSED: "未批准",
    L.WITHDRAWN: "已取消",
    "grant": "批准",
    "refuse": "不批准",
    "withdraw": "取消",
}


class CorrectionState(StrEnum):
    """Where a proposed correction of an entry stands."""

    PROPOSED = "proposed"
    DONE = "done"
    REFUSED = "refused"


C = CorrectionState
CORRECTION_MOVES: dict[tuple[str, str], CorrectionState] = {
    (C.PROPOSED, "approve"): C.DONE,
    (C.PROPOSED, "refuse"): C.REFUSED,
}
CORRECTION_WORDS: dict[str, str] = {
    C.PROPOSED: "待另一位负责人处理",
    C.DONE: "已更正",
    C.REFUSED: "未同意更正",
    "approve": "同意更正",
    "refuse": "不同意更正",
}
