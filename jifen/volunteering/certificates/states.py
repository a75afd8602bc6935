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


class Cause(StrEnum):
    """Why a certificate was withdrawn, as a stranger may read it; the words in full are the member's."""

    UNIT = "unit"
    OBJECTION = "objection"


CAUSE_WORDS: dict[str, str] = {
    Cause.UNIT: "出具单位核对后撤销",
    Cause.OBJECTION: "公示期间有异议，经复核成立",
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

#: Why somebody got none in a batch, by the refusal's code.
LEFT_OUT_WORDS: dict[str, str] = {
    "nothing_to_certify": "没有可以证明的时长：还没有记录，或记录待审核、是外部导入的",
    "certificate_underway": "已有一份证明正在办理",
    "own_certificate": "是经办人本人的，请由另一位同志单独出具",
    "certificate_erased": "本人的信息已按规定删除",
    "nobody_decides": "没有可以签发的负责人，请补充任职登记后单独出具",
}
LEFT_OUT_OTHERWISE = "没有办成，请单独出具，看具体的提示"
