"""Certificates as seen from outside."""

from __future__ import annotations

from marshmallow import fields, validate

from jifen.volunteering.certificates import many
from jifen.volunteering.certificates.states import CertificateState
from jifen.web.schemas import Bool, Day, Id, Instant, Int, Listing, Schema, Str, page_of

_YEAR = {"description": "只写这一年的服务；不写为全部"}
#: Steps of who issues; signing is a decider's.
STEPS = ("print", "seal", "register")
_FIRST, _LAST = 2001, 2998


class CertificateAskIn(Schema):
    """One's own request."""

    unit_id = Id(load_default=None, metadata={"description": "由哪个组织出具；不写为记录时长最多的那个"})
    year = Int(least=_FIRST, most=_LAST, load_default=None, metadata=_YEAR)


class CertificateIssueIn(Schema):
    """For somebody else, printed at once."""

    member_number = Str(required=True, least=1, most=12, metadata={"description": "积分编号"})
    year = Int(least=_FIRST, most=_LAST, load_default=None, metadata=_YEAR)


class CertificateReasonIn(Schema):
    """A no, or a withdrawal, with a word."""

    reason = Str(required=True, least=2, most=200)


class CertificatesMoveIn(Schema):
    """One step with several."""

    step = Str(required=True, validate=[validate.OneOf(STEPS, error="请选择要办的一步。")])
    ids = Listing(
        Id(),
        required=True,
        error_messages={"required": "请勾选证明。"},
        validate=[validate.Length(1, many.MOST, error=f"一次办1到{many.MOST}份。")],
    )


class CertificatesSignIn(Schema):
    """Several to be signed."""

    ids = Listing(
        Id(),
        required=True,
        error_messages={"required": "请勾选证明。"},
        validate=[validate.Length(1, many.MOST, error=f"一次办1到{many.MOST}份。")],
    )


class CertificatesMovedOut(Schema):
    """What became of them."""

    done = Int()
    refused = fields.List(Str())


class CertificateFilterIn(Schema):
    """Which part of an organisation's certificates."""

    unit = Id(load_default=None)
    state = Str(
        load_default="", validate=[validate.OneOf(["", *map(str, CertificateState)], error="没有这种状态。")]
    )
    after = Int(least=0, most=2**63 - 1, load_default=0)


class CertificateBatchIn(Schema):
    """For a whole branch."""

    branch_id = Id(required=True)
    year = Int(least=_FIRST, most=_LAST, load_default=None, metadata=_YEAR)


class CertificateMonthIn(Schema):
    """Which month's register is publicised."""

    month = Str(
        required=True,
        validate=[validate.Regexp(r"^20\d\d-(0[1-9]|1[0-2])$", error="月份请写成 2026-03 这样。")],
    )


class EntitledIn(Schema):
    """An organisation that may issue."""

    unit_id = Id(required=True)
    full_name = Str(load_default="", most=120, metadata={"description": "公章上的全称；不写为系统里的名称"})
    contact = Str(required=True, least=5, most=120, metadata={"description": "办公电话、地址，印在证明上"})
    since = Day(load_default=None, metadata={"description": "从哪天起；不写为今天"})
    basis_id = Id(load_default=None)


class EntitlementOut(Schema):
    """That an organisation may issue, from when until when."""

    id = Int()
    unit_id = Int()
    full_name = Str()
    contact = Str()
    basis = Str(allow_none=True)
    since = Day()
    until = Day(allow_none=True)


class EntitledOut(EntitlementOut):
    """The same with its name in the tree."""

    unit_name = Str()


class IssuerOut(Schema):
    """Who could certify one's minutes."""

    unit_id = Int()
    name = Str()
    minutes = Int()


class CertificateOut(Schema):
    """A certificate."""

    id = Int()
    member_id = Int()
    member_name = Str()
    unit_id = Int()
    unit_name = Str()
    state = Str()
    state_words = Str()
    year = Int(allow_none=True)
    number = Str(allow_none=True, metadata={"description": "打印后才有"})
    minutes_verified = Int()
    minutes_attested = Int()
    first_on = Day(allow_none=True)
    last_on = Day(allow_none=True)
    requested_at = Instant()
    printed_at = Instant(allow_none=True)
    registered_at = Instant(allow_none=True)
    register = Str()
    withdrawn_at = Instant(allow_none=True)
    reason = Str(allow_none=True)
    changed = Int(metadata={"description": "打印后已更正或撤销的分钟"})


CertificatePage = page_of(CertificateOut)


class CertificateBatchOut(Schema):
    """How far a branch's certificates are."""

    id = Int()
    unit_id = Int()
    branch_id = Int()
    year = Int(allow_none=True)
    state = Str()
    total = Int()
    seen = Int()
    printed = Int()


class CertificateLeftOutOut(Schema):
    """Somebody whom a batch gave no certificate."""

    member_name = Str()
    member_number = Str()
    code = Str()
    why = Str()


class CertificateBatchShownOut(CertificateBatchOut):
    """How far it is, and whom it left out."""

    left_out = fields.List(fields.Nested(CertificateLeftOutOut))


class CertificateShownIn(Schema):
    """Past ones too."""

    past = Bool(load_default=False)
