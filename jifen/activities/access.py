"""The only way from an id to an activity."""

from __future__ import annotations

import sqlalchemy as sa

from jifen.activities.models import Activity
from jifen.activities.policy import Invitation, P
from jifen.core.actor import Actor, permits, words_for
from jifen.core.db import db
from jifen.core.errors import Forbidden, NotFound
from jifen.org.models import Unit, UnitKind
from jifen.org.queries import unit

WHAT = "这个活动"


def invitation(unit_id: int, audience_id: int) -> Invitation:
    """Return an activity of that unit for that audience as permissions see it."""
    return Invitation(unit(unit_id).path, branch_path(unit(audience_id)))


def branch_path(audience: Unit) -> str:
    """Return the path of the audience; a cell's people are known by their branch."""
    if audience.kind != UnitKind.CELL:
        return audience.path
    return audience.path[: audience.path.rstrip("/").rfind("/") + 1]


def access(activity_id: int, permission: P, *, by: Actor, lock: bool = False) -> Activity:
    """Return the activity if ``by`` may do ``permission`` to it.

    :param lock: keep others from changing it until the transaction ends
    :raises NotFound: no such activity, or one that ``by`` may not see
    :raises Forbidden: he may see it, but may not do this
    """
    found = db.session.get(Activity, activity_id)
    if found is None:
        raise NotFound(what=WHAT)
    check(invitation(found.unit_id, found.audience_id), permission, by=by)
    return locked(activity_id) if lock else found


def check(matter: Invitation, permission: P, *, by: Actor, what: str = WHAT) -> None:
    """Refuse who may not do ``permission`` there.

    :raises NotFound: he may not even see it
    :raises Forbidden: he may see it, but may not do this
    """
    if not permits(by, permission, matter):
        if permits(by, P.SEE, matter):
            raise Forbidden(action=words_for(permission))
        raise NotFound(what=what)


def locked(activity_id: int) -> Activity:
    """Return the activity's row, locked and read anew."""
    stmt = sa.select(Activity).where(Activity.id == activity_id).with_for_update()
    return db.session.scalars(stmt.execution_options(populate_existing=True)).one()
