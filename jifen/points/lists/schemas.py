"""A list as the page sends it."""

from __future__ import annotations

from marshmallow import validate

from jifen.points.schemas import MOST_LISTED
from jifen.web.schemas import Day, Figure, Id, Listing, Schema, Str


class ListForm(Schema):
    """Who did one thing, pasted and ticked."""

    branch_id = Id(required=True)
    item = Str(required=True, least=1, most=60)
    occurred_on = Day(required=True)
    quantity = Figure(least="0.01", most="9999999", load_default="1")
    level = Str(least=1, most=20, load_default=None)
    activity = Str(least=1, most=40, load_default=None)
    names = Str(most=20_000, load_default="")
    member_ids = Listing(Id(), load_default=list, validate=[validate.Length(0, MOST_LISTED)])


class NoForm(Schema):
    """A button alone."""
