"""The conditions of a kind, looked up where the product holds the figures."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import sqlalchemy as sa

from jifen.core import clock, codes
from jifen.core.db import db
from jifen.members import queries as members
from jifen.model_posts import rules
from jifen.model_posts.errors import ConditionsNotMet, StillWaiting
from jifen.model_posts.models import ModelPost
from jifen.model_posts.settings import Kind
from jifen.model_posts.states import WORDS, PostState
from jifen.points.errors import NotInScheme
from jifen.points.models import Standing
from jifen.points.queries import rules_of
from jifen.rulebook.queries import NoRulebook
from jifen.volunteering import queries as hours


def of(
    kind: Kind,
    lead_id: int,
    *,
    staff: int | None = None,
    staff_members: int | None = None,
    leader_member: bool = False,
) -> list[rules.Finding]:
    """Return each condition of the kind as it stands today."""
    today = clock.today()
    where = members.belonging(lead_id, today)
    points, vetoed = _points(lead_id, today)
    asked = kind.conditions
    words = codes.words()[1]["category"]
    known = rules.Known(
        category=where.category if where else None,
        category_words=words.get(where.category, "") if where else "",
        exempt=bool(where and where.exempt),
        points=points,
        vetoed=vetoed,
        minutes=hours.account(lead_id).total if asked.hours_least is not None else 0,
        staff=staff,
        staff_members=staff_members,
        leader_member=leader_member,
    )
    return rules.findings(
        known,
        categories=asked.categories,
        category_words=words,
        points_least=asked.points_least,
        hours_least=asked.hours_least,
        no_veto=asked.no_veto,
        members_percent=asked.members_percent,
        leader_member=asked.leader_member,
    )


def check(kind: Kind, found: list[rules.Finding]) -> None:
    """Refuse where one does not hold.

    :raises ConditionsNotMet: with each that does not, what was found and what to do
    """
    wrong = [one.sentence for one in found if not one.holds]
    if wrong:
        raise ConditionsNotMet(kind=kind.name, why="".join(wrong))


def check_waiting(kind: Kind, lead_id: int, name: str) -> None:
    """Refuse who was refused, or lost a plate of that kind, too short a time ago.

    :raises StillWaiting: with the day from which he may apply
    """
    last = db.session.execute(
        sa.select(ModelPost.ended_on, ModelPost.state)
        .where(
            ModelPost.kind == kind.code,
            ModelPost.lead_id == lead_id,
            ModelPost.state.in_([PostState.REFUSED, PostState.WITHDRAWN]),
        )
        .order_by(ModelPost.ended_on.desc())
        .limit(1)
    ).first()
    if last is None or last.ended_on is None:
        return
    day = rules.add_months(last.ended_on, kind.wait_months)
    if clock.today() < day:
        raise StillWaiting(
            name=name,
            kind=kind.name,
            ended=last.ended_on,
            how=WORDS[last.state],
            months=kind.wait_months,
            day=day,
        )


def _points(member_id: int, day: dt.date) -> tuple[Decimal | None, bool]:
    try:
        held = rules_of(member_id, day)
    except (NoRulebook, NotInScheme):
        return None, False
    row = db.session.get(Standing, (member_id, held.period.key, held.rulebook_id), populate_existing=True)
    return (row.total, row.vetoed) if row is not None else (None, False)
