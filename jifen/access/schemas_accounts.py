"""What is typed at the sign-in and on one's own account's pages."""

from __future__ import annotations

from marshmallow import fields, validate

from jifen.web.schemas import Day, Id, Schema, Str


class SignInIn(Schema):
    """Number, password, and a code of the phone or the card."""

    number = Str(least=1, most=20, required=True)
    password = Str(least=1, most=200, strip=False, required=True)
    code = Str(most=20, load_default="")
    next = Str(most=500, load_default="")


class StartIn(Schema):
    """A printed code, and the password that its holder chooses."""

    number = Str(least=1, most=20, required=True)
    code = Str(least=1, most=20, required=True)
    password = Str(least=1, most=200, strip=False, required=True)
    again = Str(most=200, strip=False, load_default="")


class PasswordIn(Schema):
    """Another password."""

    old = Str(least=1, most=200, strip=False, required=True)
    password = Str(least=1, most=200, strip=False, required=True)
    again = Str(most=200, strip=False, load_default="")


class PhoneIn(Schema):
    """A first code of the phone that scanned the seed."""

    seed = Str(least=1, most=300, required=True)
    code = Str(least=6, most=10, required=True)
    old = Str(most=200, strip=False, load_default="")


class CardIn(Schema):
    """A fresh card."""

    old = Str(most=200, strip=False, load_default="")


class PeopleIn(Schema):
    """Whom one looks for."""

    name = Str(most=40, load_default="")
    after = Id(load_default=0)


class SheetIn(Schema):
    """Whose slips are printed on one sheet."""

    member_id = fields.List(Id(), load_default=list, validate=validate.Length(max=200))


class NumberIn(Schema):
    """For whom a code is printed."""

    number = Str(least=1, most=20, required=True)


class PostIn(Schema):
    """A post to be given."""

    unit_id = Id(required=True)
    role = Str(required=True)
    since = Day(required=True)
    until = Day(load_default=None)


class EndIn(Schema):
    """The first day without it."""

    on = Day(required=True)


class ExemptionIn(Schema):
    """Somebody is not scored for a time."""

    reason = Str(required=True)
    since = Day(required=True)
    until = Day(required=True)
    minute = Str(least=1, most=80, required=True)


class TransferIn(Schema):
    """Somebody moves to another branch."""

    to_branch_id = Id(required=True)
    on = Day(required=True)
    letter = Str(least=1, most=80, required=True)
