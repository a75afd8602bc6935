"""Certificates of the department: one registered, one that waits for its signature, one withdrawn."""

from __future__ import annotations

import sqlalchemy as sa

from jifen.access import queries as access
from jifen.core import clock
from jifen.core.actor import Actor, Door, Role
from jifen.core.db import db
from jifen.members.models import Post
from jifen.org import queries as org
from jifen.volunteering.certificates import entitled, service

#: As on its seal, and how to reach its office; both invented.
FULL_NAME, CONTACT = "中共岚江市林业局机关委员会", "0800-2618001，岚江市滨河路18号"


def issue(branch_id: int, registered: Actor, printed: Actor, withdrawn: Actor) -> None:
    """Let the branch's department be entitled, and issue to three of its people."""
    department_id = org.unit(branch_id).department_id
    root = org.root()
    assert department_id is not None, "a branch lies below a department"
    assert root is not None, "a city has its work committee"
    leader = _holder(root.id, Role.WC_LEADER)
    clerk = _holder(department_id, Role.PARTY_OFFICE)
    decider = _holder(department_id, Role.ORGAN_COMMITTEE)
    since = clock.today().replace(month=1, day=1)
    entitled.mark(department_id, full_name=FULL_NAME, contact=CONTACT, since=since, by=leader)
    for who in (registered, withdrawn):
        row = service.request(by=who)
        service.print_(row.id, by=clerk)
        service.sign(row.id, by=decider)
        service.seal(row.id, by=clerk)
        service.register(row.id, by=clerk)
    service.withdraw(row.id, reason="重复办理，已收回纸质证明", by=clerk)
    service.print_(service.request(by=printed).id, by=clerk)


def _holder(unit_id: int, role: Role) -> Actor:
    """Return who holds a post in a unit today."""
    stmt = sa.select(Post.member_id).where(
        Post.unit_id == unit_id, Post.role == role, Post.since <= clock.today(), Post.until.is_(None)
    )
    holder = db.session.scalars(stmt.order_by(Post.id).limit(1)).one()
    found = access.actor_of(holder, Door.CONSOLE)
    assert found is not None, "who holds a post is somebody"
    return found
