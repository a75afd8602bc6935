"""Photos of a report: taken only where the item's basis asks for them, shown to whoever may see the report."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from jifen.audit import service as audit
from jifen.core import clock
from jifen.core.actor import Actor
from jifen.core.db import db, transaction
from jifen.core.errors import Conflict, Invalid, NotFound
from jifen.files import service as files
from jifen.files import storage
from jifen.files.errors import TooManyPhotos
from jifen.files.models import Photo
from jifen.files.states import WORDS, PhotoState
from jifen.notices import service as notices
from jifen.points import queries, reports
from jifen.points.models import Report
from jifen.points.policy import P
from jifen.points.states import ReportState
from jifen.rulebook.queries import book

#: Sent, and not to be had.
LOST = (PhotoState.UNFIT, PhotoState.EXPIRED)


class PhotosNotAsked(Invalid):
    """The basis of the item asks for none."""

    code, template = "photos_not_asked", "“{item}”不用照片，不用上传。"


class PhotosAwaited(Conflict):
    """A report is complete only when its photos are there."""

    code, template = "photos_awaited", "{number}号的照片还在接收，请过几分钟再确认。"


class PhotosLost(Conflict):
    """None of the photos that were sent with it could be kept."""

    code = "photos_lost"
    template = "{number}号的照片没有收到，已请本人重发。请等收到后再确认，或退回请本人补照片。"


@dataclass(frozen=True, slots=True)
class Shown:
    """A photo as people see it."""

    id: int
    state: str
    words: str
    #: Why it was refused; empty where it was not.
    reason: str
    #: Whether the same photo came with another deed; only told to whoever decides.
    seen_before: bool


def asks(rulebook_id: int, item_code: str) -> bool:
    """Whether the basis of an item of a rulebook asks for photos."""
    evidence = book(rulebook_id).items[item_code].evidence
    return evidence is not None and evidence.photos


def asked_for(report: Report) -> bool:
    """Whether the basis of the report's item asks for photos."""
    return asks(report.rulebook_id, report.item_code)


def item_asks(item_code: str | None, *, by: Actor) -> bool:
    """Whether the basis of an item of the person's own rulebook of today asks for photos."""
    item = queries.rules_of(by.member_id or 0, clock.today()).book.items.get(item_code or "")
    return item is not None and item.evidence is not None and item.evidence.photos


def receive(media_id: str, *, by: Actor) -> tuple[int, int] | None:
    """Note a photo that came by WeChat or WeCom, and attach it to the report that the person has just filed.

    :return: the report's number and how many photos it has now; None where no report takes it yet
    :raises TooManyPhotos: that report is full
    """
    assert by.member_id is not None
    lost = sa.exists().where(Photo.report_id == Report.id, Photo.state.in_(LOST))
    with transaction() as session:
        recent = session.scalar(
            sa.select(Report)
            .where(
                Report.member_id == by.member_id,
                Report.state == ReportState.PENDING,
                # Whose photo did not come was asked for it again, however long ago it was filed.
                sa.or_(Report.submitted_at > clock.now() - files.TOGETHER, lost),
            )
            .order_by(lost.desc(), Report.id.desc())
            .limit(1)
            .with_for_update()
        )
        if recent is None or not asked_for(recent):
            files.await_media(media_id, member_id=by.member_id, by=by)
            return None
        there = _count(recent.id)
        if there >= files.MOST:
            raise TooManyPhotos(number=recent.number, most=files.MOST)
        photo_id = files.await_media(media_id, member_id=by.member_id, by=by)
        if photo_id is None:
            return recent.number, there
        files.attach([photo_id], recent.id)
        _replace(recent.id)
        return recent.number, there + 1


def _replace(report_id: int) -> None:
    """Forget one photo of the report that did not come: another was sent for it."""
    oldest = sa.select(sa.func.min(Photo.id)).where(Photo.report_id == report_id, Photo.state.in_(LOST))
    db.session.execute(sa.delete(Photo).where(Photo.id == oldest.scalar_subquery()))


def wanted_since(at: dt.datetime, *, by: Actor) -> bool:
    """Whether the person filed, since then, a report that may take a photo."""
    filed = sa.select(Report).where(
        Report.member_id == by.member_id, Report.state == ReportState.PENDING, Report.submitted_at > at
    )
    return any(asked_for(report) for report in db.session.scalars(filed))


def waiting(*, by: Actor) -> int:
    """Return how many photos the person sent lately that wait for his report."""
    stmt = sa.select(sa.func.count()).where(
        Photo.member_id == by.member_id,
        Photo.report_id.is_(None),
        Photo.model_post_id.is_(None),
        Photo.state == PhotoState.AWAITED,
        Photo.received_at > clock.now() - files.TOGETHER,
    )
    return min(db.session.scalar(stmt) or 0, files.MOST)


def gather(report: Report) -> int:
    """Attach the photos that the person sent shortly before his report; returns how many. In a transaction."""
    if not asked_for(report):
        return 0
    waiting = db.session.scalars(
        sa.select(Photo.id)
        .where(
            Photo.member_id == report.member_id,
            Photo.report_id.is_(None),
            Photo.model_post_id.is_(None),
            Photo.state == PhotoState.AWAITED,
            Photo.received_at > clock.now() - files.TOGETHER,
        )
        .order_by(Photo.id)
        .limit(files.MOST)
        .with_for_update()
    ).all()
    files.attach(list(waiting), report.id)
    return len(waiting)


def add(report_id: int, data: bytes, *, by: Actor) -> int:
    """Keep a photo of a waiting report, brought by the member himself or by whoever decides it.

    :raises NotYours, Forbidden: see ``reports.access``
    :raises PhotosNotAsked, TooManyPhotos, PhotoRefused, StorageFull: see there
    """
    with transaction():
        seen = reports.access(report_id, P.SEE_REPORT, by=by)
        mine = seen.member_id == by.member_id
        report = reports.access(report_id, P.WITHDRAW if mine else P.DECIDE, by=by, lock=True)
        if report.state != ReportState.PENDING:
            raise reports.decided(report)
        if not asked_for(report):
            raise PhotosNotAsked(item=book(report.rulebook_id).items[report.item_code].name)
        if _count(report.id) >= files.MOST:
            raise TooManyPhotos(number=report.number, most=files.MOST)
        photo_id = files.keep(data, member_id=report.member_id, report_id=report.id, by=by)
        audit.record(by=by, action="photo.add", subject="report", subject_id=report.id)
        return photo_id


def takes(report_id: int, *, by: Actor) -> bool:
    """Return whether one's own report takes another photo: its item asks for some, it waits, and there is room."""
    report = reports.access(report_id, P.WITHDRAW, by=by)
    return report.state == ReportState.PENDING and asked_for(report) and _count(report.id) < files.MOST


def of(report_id: int, *, by: Actor) -> list[Shown]:
    """Return the photos of a report.

    :raises NotYours: no such report, or not the actor's to see
    """
    report = reports.access(report_id, P.SEE_REPORT, by=by)
    other = aliased(Photo)
    again = sa.exists().where(
        sa.or_(other.digest == Photo.digest, other.name == Photo.name),
        other.report_id != Photo.report_id,
    )
    rows = db.session.execute(
        sa.select(Photo.id, Photo.state, Photo.reason, again)
        .where(Photo.report_id == report_id)
        .order_by(Photo.id)
    )
    # He himself is not told what others sent.
    tells = by.member_id != report.member_id
    return [
        Shown(i, state, WORDS[PhotoState(state)], why or "", tells and same) for i, state, why, same in rows
    ]


def picture(photo_id: int, *, thumb: bool, by: Actor) -> bytes:
    """Return the JPEG of a photo, to whoever may see its report.

    :raises NotFound: no such photo, not his to see, or not there
    """
    photo = db.session.get(Photo, photo_id)
    if photo is None or photo.report_id is None or photo.name is None or photo.thumb is None:
        raise NotFound(what="这张照片")
    try:
        reports.access(photo.report_id, P.SEE_REPORT, by=by)
    except NotFound:
        raise NotFound(what="这张照片") from None
    try:
        return storage.of_house().get(photo.thumb if thumb else photo.name)
    except KeyError:
        raise NotFound(what="这张照片") from None


def complete(waiting: list[Report]) -> None:
    """Refuse to confirm what still waits for its photos; asks nothing where no basis asks for photos.

    :raises PhotosAwaited: the platform still has one
    :raises PhotosLost: one or more were sent and none of them is there
    """
    asked = {r.id: r.number for r in waiting if asked_for(r)}
    if not asked:
        return
    states: dict[int, set[str]] = defaultdict(set)
    for report_id, state in db.session.execute(
        sa.select(Photo.report_id, Photo.state).where(Photo.report_id.in_(list(asked)))
    ):
        states[report_id].add(state)
    for report_id, found in states.items():
        if PhotoState.AWAITED in found:
            raise PhotosAwaited(number=asked[report_id])
        if PhotoState.STORED not in found:
            raise PhotosLost(number=asked[report_id])


def fetch_due() -> None:
    """Fetch what is due from the platform, and ask again for what did not come."""
    for photo_id in files.due():
        files.fetch(photo_id)
    _ask_again()


def _ask_again() -> None:
    """Owe one notice for each photo that did not come, where it came from.

    A worker killed before it is made up for by the next.
    """
    with transaction() as session:
        lost = session.execute(
            sa.select(Photo.id, Photo.member_id, Photo.report_id, Photo.door).where(
                Photo.state.in_(LOST),
                Photo.report_id.is_not(None),
                Photo.received_at > clock.now() - files.LIFE * 2,
            )
        )
        notices.queue_many(
            kind="photo_again",
            rows=[
                (f"photo:{i}", member, {"report": report, "door": door}) for i, member, report, door in lost
            ],
        )


def _count(report_id: int) -> int:
    """Return how many photos of the report are there or may still come."""
    live = (PhotoState.AWAITED, PhotoState.STORED)
    stmt = sa.select(sa.func.count()).where(Photo.report_id == report_id, Photo.state.in_(live))
    return db.session.scalar(stmt) or 0
