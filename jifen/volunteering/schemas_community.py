"""双报到 as seen from outside."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from jifen.volunteering import errors
from jifen.volunteering.schemas import MAYBE_TIME
from jifen.web.schemas import Bool, Day, Id, Instant, Int, Schema, Str, one_of, page_of

_KIND = one_of("need", "wish")
_SAID = one_of("good", "fair", "poor")


class CommunityIn(Schema):
    """A community by its street and name."""

    street = Str(required=True, least=2, most=40, metadata={"description": "街道（乡镇）"})
    name = Str(required=True, least=2, most=40, metadata={"description": "社区（村）"})


class RegisterIn(Schema):
    """Where a member registers, himself or somebody of one's branch."""

    member_id = Id(load_default=None)
    skills = Str(load_default="", most=120, metadata={"description": "特长，可不写"})


class RegisterForm(Schema):
    """The same as a page sends it; the number of somebody else, blank for oneself."""

    community_id = Id(required=True)
    number = Str(load_default="", most=20)
    skills = Str(load_default="", most=120)


class ClaimForm(Schema):
    """Who takes a need on; blank for oneself."""

    number = Str(load_default="", most=20)


class NeedClaimIn(Schema):
    """Who takes a need on."""

    member_id = Id(load_default=None, metadata={"description": "替本支部哪位党员认领；不写则为本人"})


class NeedIn(Schema):
    """What a community asks for."""

    community_id = Id(required=True)
    kind = Str(required=True, validate=[_KIND])
    title = Str(required=True, least=2, most=80)
    wanted = Int(load_default=1, least=1, most=500)
    due_on = Day(required=True)


class ConfirmIn(Schema):
    """The community's word; without times no hours are credited."""

    done = Bool(required=True)
    said = Str(load_default=None, allow_none=True, validate=[_SAID])
    started_at = Instant(load_default=None)
    ended_at = Instant(load_default=None)


def word(data: dict[str, Any]) -> dict[str, Any]:
    """Return what was read by ``ConfirmIn`` as the community's word; no time where nothing was done.

    :raises HalfATime: only one end of the time is given
    """
    since, until = data["started_at"], data["ended_at"]
    if (since is None) != (until is None):
        raise errors.HalfATime
    span = None if since is None or not data["done"] else (since, until)
    return {"done": data["done"], "said": data["said"], "span": span}


class CommunityTokenIn(Schema):
    """How long a community's token holds."""

    days = Int(least=1, most=365, load_default=90)


class CommunityTokenForm(Schema):
    """The same at the desk."""

    community_id = Id(required=True)
    days = Int(least=1, most=365, load_default=90)


class ConfirmForm(Schema):
    """The same at the desk."""

    done = Bool(required=True)
    said = Str(load_default=None, validate=[_SAID])
    day = Day(load_default=None)
    since = Str(load_default="", validate=MAYBE_TIME)
    until = Str(load_default="", validate=MAYBE_TIME)


class CommunityOut(Schema):
    """A community."""

    id = Int()
    street = Str()
    name = Str()


class CommunitiesOut(Schema):
    """Every community."""

    items = fields.List(fields.Nested(CommunityOut))


class NeedMadeOut(Schema):
    """A need that was entered."""

    id = Int()


class NeedOut(Schema):
    """A need and how many took it on."""

    id = Int()
    community = Str()
    kind = Str(metadata={"enum": ["need", "wish"]})
    title = Str()
    wanted = Int()
    taken = Int()
    due_on = Day()


NeedPage = page_of(NeedOut)


class NeedClaimOut(Schema):
    """Somebody's taking on of a need."""

    id = Int()
    need_id = Int()
    member_id = Int()
    state = Str(metadata={"enum": ["claimed", "withdrawn", "confirmed", "undone", "retracted"]})


class RegistrationOut(Schema):
    """A registration at a community."""

    id = Int()
    member_name = Str()
    community = Str()
    skills = Str()
    since = Day()


class RegistrationsOut(Schema):
    """Registrations."""

    items = fields.List(fields.Nested(RegistrationOut))


class TakenOut(Schema):
    """Somebody's taking on of a need, as its community reads it."""

    id = Int()
    need_id = Int()
    member_name = Str()
    kind = Str(metadata={"enum": ["need", "wish"]})
    title = Str()
    state = Str(metadata={"enum": ["claimed", "withdrawn", "confirmed", "undone", "retracted"]})
    claimed_at = Instant()
    said = Str(allow_none=True)


class TakenListOut(Schema):
    """What people took on."""

    items = fields.List(fields.Nested(TakenOut))


class OwnRegistrationOut(Schema):
    """Where one registered."""

    id = Int()
    community_id = Int()
    community = Str()
    skills = Str()
    since = Day()
    confirmed = Bool(metadata={"description": "社区是否已经确认"})


class OwnCommunityOut(Schema):
    """One's own 双报到."""

    registration = fields.Nested(OwnRegistrationOut, allow_none=True)
    claims = fields.List(fields.Nested(TakenOut))


TakenPage = page_of(TakenOut)
RegistrationPage = page_of(RegistrationOut)
