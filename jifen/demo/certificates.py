"""Certificates of the department: one registered, one that waits for its signature, one withdrawn."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from jifen.access import queries as access
from jifen.core import clock
from jifen.core.actor import Actor, Door, Role
from jifen.core.db import db
from jifen.demo import hours
from jifen.members.models import Post
from jifen.org import queries as org
from jifen.volunteering.certificates import entitled, queries, service

#: As on its seal, and how to reach its office; both invented.
FULL_NAME, CONTACT = "中共岚江市林业局机关委员会", "0800-2618001，岚江市滨河路18号"


def issue(branch_id: int, people: Sequence[Actor], *, deputy: Actor, secretary: Actor) -> None:
    """Let the committee above the branch be entitled, and issue to these three, whom the tour names.

    The first one's is registered, the second one's withdrawn, the third one's waits for its signature.
    Whom the year gave no service is on a roster of a few days ago.
    """
    line = org.line(org.unit(branch_id).path)
    _, leader = _holder(line, Role.WC_LEADER)
    _, clerk = _holder(line, Role.PARTY_OFFICE)
    committee, decider = _holder(line, Role.ORGAN_COMMITTEE)
    since = clock.today().replace(month=1, day=1)
    entitled.mark(committee, full_name=FULL_NAME, contact=CONTACT, since=since, by=leader)
    if idle := [who for who in people if not queries.issuers(by=who)]:
        hours.served(branch_id, idle, by=deputy, reviewer=secretary)
    for who in people[:2]:
        row = service.request(by=who)
        service.print_(row.id, by=clerk)
        service.sign(row.id, by=decider)
        service.seal(row.id, by=clerk)
        service.register(row.id, by=clerk)
    for who in people[1:2]:
        [one] = queries.own(by=who)
        service.withdraw(one.id, reason="重复办理，已收回纸质证明", by=clerk)
    for who in people[2:3]:
        service.print_(service.request(by=who).id, by=clerk)


def _holder(line: list[int], role: Role) -> tuple[int, Actor]:
    """Return the first who holds a post on a line of units today, and of which unit it is."""
    stmt = sa.select(Post.unit_id, Post.member_id).where(
        Post.unit_id.in_(line), Post.role == role, Post.since <= clock.today(), Post.until.is_(None)
    )
    unit, holder = db.session.execute(stmt.order_by(Post.id).limit(1)).one()
    found = access.actor_of(holder, Door.CONSOLE)
    assert found is not None, "who holds a post is somebody"
    return unit, found
