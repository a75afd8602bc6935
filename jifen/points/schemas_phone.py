"""What is typed on the phone's pages about points."""

from __future__ import annotations

from jifen.web.schemas import Bool, Day, Figure, Id, Schema, Str


class AfterIn(Schema):
    """Which page of a list."""

    after = Id(load_default=0)


class FilingIn(Schema):
    """What a member says he did."""

    item = Str(required=True, least=1, most=60)
    occurred_on = Day(required=True)
    quantity = Figure(least="0.01", most="9999999", load_default="1")
    words = Str(most=500, load_default="")
    evidence = Str(least=1, most=200, load_default=None)
    level = Str(least=1, most=20, load_default=None)
    another = Bool(load_default=False)
