"""Changes of the tree."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from jifen.audit import service as audit
from jifen.core.actor import Actor, permits, words_for
from jifen.core.db import db, transaction
from jifen.core.errors import Conflict, Forbidden, Invalid
from jifen.org import bases, queries
from jifen.org.models import CHILDREN, Unit, UnitKind
from jifen.org.policy import P


class UnitTaken(Conflict):
    """A sister has that name, or the code is in use."""

    code, template = "unit_taken", "已经有名称或代码相同的组织：{name}。请换一个名称。"


def found(*, name: str, code: str, since: dt.date, by: Actor) -> Unit:
    """Create the work committee of an empty installation.

    :raises UnitTaken: there is one
    """
    with transaction():
        there = queries.root()
        if there is not None:
            raise UnitTaken(name=there.name)
        return _insert(None, UnitKind.WORK_COMMITTEE, name=name, code=code, since=since, by=by)


def add(
    parent_id: int,
    kind: UnitKind,
    *,
    name: str,
    code: str | None = None,
    since: dt.date,
    by: Actor,
    type_code: str | None = None,
) -> Unit:
    """Create a unit below another; its code continues the parent's when none is given.

    :raises Invalid: such a unit cannot stand there
    :raises Forbidden: the actor does not run that part of the tree
    :raises UnitTaken: a sister has the name, or the code is in use
    """
    with transaction():
        parent = queries.unit(parent_id)
        if not permits(by, P.MANAGE, parent) and not by.is_system:
            raise Forbidden(action=words_for(P.MANAGE))
        if kind not in CHILDREN[UnitKind(parent.kind)]:
            raise Invalid(reason=f"“{parent.name}”下面不能设这一类组织，请核对上级组织。")
        code = code or next_code(parent)
        return _insert(parent, kind, name=name, code=code, since=since, by=by, type_code=type_code)


def next_code(parent: Unit) -> str:
    """Return the first free code below ``parent``: ``D12-03``."""
    stem = "D" if parent.kind == UnitKind.WORK_COMMITTEE else f"{parent.code}-"
    taken = set(db.session.scalars(sa.select(Unit.code).where(Unit.code.startswith(stem, autoescape=True))))
    number = 1
    while f"{stem}{number:02}" in taken:
        number += 1
    return f"{stem}{number:02}"


def add_branches(wanted: Sequence[tuple[int, str]], *, since: dt.date, by: Actor) -> list[int]:
    """Create many branches below their parents, in one insert; returns their ids in the same order.

    :param wanted: (parent id, name); no name twice below a parent
    :raises Forbidden: the actor does not run that part of the tree
    :raises UnitTaken: a sister has one of the names
    """
    with transaction() as session:
        parents = {parent_id: queries.unit(parent_id) for parent_id in {p for p, _ in wanted}}
        codes = {}
        for parent in parents.values():
            if not permits(by, P.MANAGE, parent) and not by.is_system:
                raise Forbidden(action=words_for(P.MANAGE))
            if UnitKind.BRANCH not in CHILDREN[UnitKind(parent.kind)]:
                raise Invalid(reason=f"“{parent.name}”下面不能设党支部，请核对上级组织。")
            codes[parent.id] = _free_codes(parent)
        ids = session.execute(_UNIT_IDS, {"n": len(wanted)}).scalars().all()
        rows = []
        for unit_id, (parent_id, name) in zip(ids, wanted, strict=True):
            parent = parents[parent_id]
            rows.append(
                {
                    "id": unit_id,
                    "code": next(codes[parent_id]),
                    "name": name,
                    "kind": UnitKind.BRANCH,
                    "parent_id": parent_id,
                    "path": f"{parent.path}{unit_id}/",
                    "department_id": parent.department_id,
                    "since": since,
                    "names_shown": False,
                }
            )
        try:
            with session.begin_nested():
                session.execute(sa.insert(Unit), rows)
        except sa.exc.IntegrityError as err:
            raise UnitTaken(name="、".join(name for _, name in wanted[:3])) from err
        audit.record_many(
            by=by, action="unit.add", subject="unit", rows=[(unit_id, UnitKind.BRANCH) for unit_id in ids]
        )
        return list(ids)


_UNIT_IDS = sa.text("SELECT nextval(pg_get_serial_sequence('unit', 'id')) FROM generate_series(1, :n)")


def _free_codes(parent: Unit) -> Iterator[str]:
    """Yield codes below a parent that nobody has, in order."""
    stem = f"{parent.code}-"
    taken = set(db.session.scalars(sa.select(Unit.code).where(Unit.code.startswith(stem, autoescape=True))))
    return (code for n in itertools.count(1) if (code := f"{stem}{n:02}") not in taken)


def _insert(
    parent: Unit | None,
    kind: UnitKind,
    *,
    name: str,
    code: str,
    since: dt.date,
    by: Actor,
    type_code: str | None = None,
) -> Unit:
    unit = Unit(
        code=code,
        name=name,
        kind=kind,
        parent_id=parent.id if parent else None,
        path=f"?{code}",
        since=since,
        type_code=type_code,
    )
    session = db.session()
    try:
        with session.begin_nested():
            session.add(unit)
            session.flush()  # unit.id
    except sa.exc.IntegrityError as err:
        raise UnitTaken(name=name) from err
    unit.path = f"{parent.path if parent else '/'}{unit.id}/"
    unit.department_id = unit.id if kind == UnitKind.DEPARTMENT else parent.department_id if parent else None
    session.flush()  # the path, for whoever asks next
    audit.record(by=by, action="unit.add", subject="unit", subject_id=unit.id, codes=kind)
    return unit


def show_names(unit_id: int, *, shown: bool, basis_id: int | None = None, by: Actor) -> Unit:
    """Switch other members' names in the branch's ranking on or off, by a decision of its committee.

    :raises Forbidden: the actor does not lead the branch
    :raises UnknownBasis, BasisOver: the minute does not hold there, or today
    """
    with transaction():
        branch = queries.unit(unit_id)
        if branch.kind != UnitKind.BRANCH:
            raise Invalid(reason="只有党支部可以决定是否在支部内公开排名。")
        if not permits(by, P.SHOW_NAMES, branch):
            raise Forbidden(action=words_for(P.SHOW_NAMES))
        basis = bases.choose(basis_id, units={branch.id})
        if shown and basis is None:
            raise Invalid(reason="请先登记支委会决定的会议纪要，再选它作依据。")
        branch.names_shown, branch.names_shown_basis = shown, basis
        audit.record(
            by=by,
            action="unit.show_names",
            subject="unit",
            subject_id=branch.id,
            codes="on" if shown else "off",
        )
        return branch
