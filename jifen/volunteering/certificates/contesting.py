"""An objection to a publicised certificate that is upheld: the certificate goes, and its page says why."""

from __future__ import annotations

import sqlalchemy as sa

from jifen.core.actor import Actor
from jifen.core.db import db
from jifen.decisions import publicity, publicity_read
from jifen.decisions.models_publicity import Publication
from jifen.volunteering.certificates import publishing, service
from jifen.volunteering.certificates.models import Certificate
from jifen.volunteering.certificates.states import Cause, CertificateState


def withdraw(publication: Publication, member_id: int, reason: str, by: Actor) -> None:
    """Withdraw the certificate that stands on somebody's line; nothing where it went before.

    What is printed cannot be corrected: upheld in part, too, it goes, and the
    right one is issued anew. The list is drawn anew without it.
    """
    for line in publicity_read.lines(publication.id, member_id=member_id):
        year, number = map(int, line.row["number"].split("-"))
        stmt = sa.select(Certificate).where(
            Certificate.unit_id == publication.unit_id,
            Certificate.register_year == year,
            Certificate.register_no == number,
            Certificate.member_id == member_id,
            Certificate.state == CertificateState.REGISTERED,
        )
        row = db.session.scalar(stmt.with_for_update().execution_options(populate_existing=True))
        if row is not None:
            service.take_back(row, reason, cause=Cause.OBJECTION, by=by)


#: The kind of list.
LIST = publicity.Kind(
    publishing.KIND,
    "志愿服务记录证明公示",
    hold=lambda publication: publishing.hold(publication.unit_id),
    upheld=withdraw,
)
