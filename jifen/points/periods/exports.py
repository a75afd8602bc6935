"""A publicised list on a sheet: its own rows, its digest, and an audit entry of who took it."""

from __future__ import annotations

from jifen.core.actor import Actor, permits, words_for
from jifen.core.db import transaction
from jifen.core.errors import Forbidden
from jifen.decisions import queries_publicity
from jifen.documents import xlsx
from jifen.members import exports
from jifen.org import queries as org
from jifen.points.policy import P, Scope


def list_sheet(publication_id: int, *, by: Actor) -> bytes:
    """Return a list as .xlsx, a sheet for each scheme.

    :raises NotFound: not the actor's to see
    :raises Forbidden: the actor may look but not export
    """
    with transaction():
        found = queries_publicity.opened(publication_id, by=by)
        unit = org.unit(found.about.unit_id)
        if not permits(by, P.EXPORT, Scope(unit.id, unit.path, True)):
            raise Forbidden(action=words_for(P.EXPORT))
        about = found.about
        title = (
            f"{about.unit_name} {about.period_words}{about.kind_words}"
            f"（第{about.revision}版，摘要 {about.digest[:16]}）"
        )
        tables = []
        for number, section in enumerate(found.frame["sections"], 1):
            columns = section["columns"]
            tables.append(
                xlsx.Table(
                    name=f"名单{number}",
                    title=f"{title} {section['title']}",
                    header=("编号", "姓名", *(words for _, words in columns)),
                    widths=(12, 14, *(12 for _ in columns)),
                    rows=[
                        (line.number, line.name, *(line.row.get(key, "") for key, _ in columns))
                        for line in found.section(section["key"])
                    ],
                )
            )
        return exports.sheet(
            *tables,
            what=f"{about.period_words}{about.kind_words}"[:40],
            people=[line.member_id for line in found.lines],
            unit_id=unit.id,
            purpose="公示",
            by=by,
        )
