"""Ways in, as seen from outside."""

from __future__ import annotations

from marshmallow import fields

from jifen.core.actor import permissions
from jifen.web.schemas import Bool, Id, Instant, Int, Listing, Schema, Str, page_of


class HoldingOut(Schema):
    """A post held today."""

    role = Str()
    unit_id = Int()
    unit_name = Str()


class MeOut(Schema):
    """Who brings the token."""

    member_id = Int(allow_none=True)
    number = Str(allow_none=True)
    name = Str(metadata={"description": "本人姓名；业务系统的名称"})
    branch_id = Int(allow_none=True)
    branch_name = Str(allow_none=True)
    bound = Bool(metadata={"description": "是否绑定了微信"})
    posts = fields.List(fields.Nested(HoldingOut))
    scopes = fields.List(Str())


class TokenIn(Schema):
    """A token to be made."""

    scopes = Listing(Str(most=40), required=True, metadata={"description": "权限范围，例如 reports:write"})
    label = Str(most=60, load_default="", metadata={"description": "用在哪里，便于以后辨认"})
    days = Int(least=1, most=365, load_default=90)
    system_name = Str(
        least=1, most=60, load_default=None, metadata={"description": "业务系统名称；不写则为本人"}
    )
    unit_id = Id(load_default=None, metadata={"description": "业务系统所属组织"})


class TokenOut(Schema):
    """A token without its text."""

    id = Int()
    label = Str()
    system_name = Str(allow_none=True)
    unit_id = Int(allow_none=True)
    scopes = fields.List(Str())
    created_at = Instant()
    expires_at = Instant()


TokenPage = page_of(TokenOut)


class NewTokenOut(Schema):
    """A fresh token; its text is shown this once."""

    id = Int()
    token = Str(metadata={"description": "只显示这一次，请妥善保存"})


class OnPaperRowOut(Schema):
    """Somebody who is served on paper."""

    member_id = Int()
    number = Str()
    name = Str()


class OnPaperOut(Schema):
    """Whom a branch serves on paper."""

    items = fields.List(fields.Nested(OnPaperRowOut))


class CodeOut(Schema):
    """A code for a paper slip; shown this once."""

    code = Str(metadata={"description": "8位绑定码，14天有效，打印在纸条上交给本人"})
    valid_days = Int()


def all_scopes() -> list[str]:
    """Return every scope that a permission asks for."""
    return sorted(set(permissions().values()))
