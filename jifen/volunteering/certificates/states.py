"""What a certificate and a batch of them may become, as tables."""

from __future__ import annotations

from enum import StrEnum


class CertificateState(StrEnum):
    """Where a certificate stands; only a registered one proves anything."""

    #: Somebody asked for it; nothing is printed, no number exists.
    REQUESTED = "requested"
    PRINTED = "printed"
    SIGNED = "signed"
    SEALED = "sealed"
    REGISTERED = "registered"
    #: Taken back after it was printed; it stays in the register and on its public page.
    WITHDRAWN = "withdrawn"
    #: The organisation said no to the request.
    DECLINED = "declined"
    #: The member took his request back.
    CANCELLED = "cancelled"


S = CertificateState
MOVES: dict[tuple[str, str], CertificateState] = {
    (S.REQUESTED, "print"): S.PRINTED,
    (S.REQUESTED, "decline"): S.DECLINED,
    (S.REQUESTED, "cancel"): S.CANCELLED,
    (S.PRINTED, "sign"): S.SIGNED,
    (S.SIGNED, "seal"): S.SEALED,
    (S.SEALED, "register"): S.REGISTERED,
    (S.PRINTED, "withdraw"): S.WITHDRAWN,
    (S.SIGNED, "withdraw"): S.WITHDRAWN,
    (S.SEALED, "withdraw"): S.WITHDRAWN,
    (S.REGISTERED, "withdraw"): S.WITHDRAWN,
}
WORDS: dict[str, str] = {
    S.REQUESTED: "已申请，待出具",
    S.PRINTED: "已打印，待签发",
    S.SIGNED: "已签，待盖章",
    S.SEALED: "已盖章，待登记",
    S.REGISTERED: "已登记",
    S.WITHDRAWN: "已撤销",
    S.DECLINED: "未出具",
    S.CANCELLED: "已取消申请",
    "print": "打印",
    "decline": "退回申请",
    "cancel": "取消申请",
    "sign": "签发",
    "seal": "盖章",
    "register": "登记",
    "withdraw": "撤销",
}
#: On its way: a member has one of these with an organisation at a time.
UNDERWAY = (S.REQUESTED, S.PRINTED, S.SIGNED, S.SEALED)


class BatchState(StrEnum):
    """Where the printing for a whole branch stands."""

    RUNNING = "running"
    STOPPED = "stopped"
    DONE = "done"


B = BatchState
BATCH_MOVES: dict[tuple[str, str], BatchState] = {
    (B.RUNNING, "stop"): B.STOPPED,
    (B.STOPPED, "resume"): B.RUNNING,
    (B.RUNNING, "finish"): B.DONE,
}
BATCH_WORDS: dict[str, str] = {
    B.RUNNING: "正在出具",
    B.STOPPED: "已停下",
    B.DONE: "已完成",
    "stop": "停下",
    "resume": "继续",
    "finish": "完成",
}
