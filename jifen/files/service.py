"""Receiving, fetching and forgetting photos. Who may do it is the caller's question.

A file is written before the row that names it commits. Whoever is killed
between leaves a file without a row, which ``sweep`` removes: writers share a
lock until they commit that the sweeper takes alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from jifen.core import clock, queue
from jifen.core.actor import Actor
from jifen.core.db import db, table_of, transaction
from jifen.core.states import advance
from jifen.files import images, storage
from jifen.files.errors import PhotoRefused, StorageFull
from jifen.files.models import Photo
from jifen.files.states import MOVES, WORDS, PhotoState

#: Photos of one report.
MOST = 3
#: How long a photo waits for its report, and a report takes photos that follow.
TOGETHER = dt.timedelta(minutes=10)
#: How long WeChat and WeCom keep it.
LIFE = dt.timedelta(days=3)
#: Wait before the next try, doubled each time, and at most.
FIRST_WAIT, MOST_WAIT = dt.timedelta(seconds=30), dt.timedelta(hours=2)
#: Key of the lock between writers and the sweeper.
_LOCK = 7_405_219

#: MediaId and the door by which it came -> its bytes, ``gone`` where that door's platform has it no more,
#: ``later`` where it could not be asked.
Fetcher = Callable[[str, str], bytes | Literal["gone", "later"]]
_fetcher: list[Fetcher] = []


def use(fetcher: Fetcher) -> None:
    """Set the way by which photos come from the platforms."""
    _fetcher[:] = [fetcher]


def await_media(media_id: str, *, member_id: int, model_post_id: int | None = None, by: Actor) -> int | None:
    """Note a photo that the platform of the actor's door holds, in the caller's transaction.

    :param model_post_id: the post for whose plate it is: then it is fetched at once
    :return: its id; None where it is known already
    """
    row = {
        "model_post_id": model_post_id,
        "next_at": clock.now() if model_post_id else None,
        "member_id": member_id,
        "media_id": media_id,
        "state": PhotoState.AWAITED,
        "attempts": 0,
        "received_at": clock.now(),
        "door": by.door,
    }
    if model_post_id:
        queue.defer("files.fetch", lock="files.fetch")
    fresh = insert(table_of(Photo)).values(row).on_conflict_do_nothing(index_elements=["media_id"])
    return db.session.scalar(fresh.returning(Photo.id))


def attach(photo_ids: list[int], report_id: int) -> None:
    """Make photos part of a report and have them fetched; the caller holds the report's row."""
    if not photo_ids:
        return
    with transaction() as session:
        session.execute(
            sa.update(Photo).where(Photo.id.in_(photo_ids)).values(report_id=report_id, next_at=clock.now())
        )
        queue.defer("files.fetch", lock="files.fetch")


def keep(
    data: bytes,
    *,
    member_id: int,
    report_id: int | None = None,
    model_post_id: int | None = None,
    by: Actor,
) -> int:
    """Keep a photo that came whole, of a report or for a model post's plate; returns its id.

    :raises PhotoRefused: see ``images.clean``
    :raises StorageFull: no room; nothing was kept
    """
    made = images.clean(data)
    with transaction() as session:
        photo = Photo(member_id=member_id, report_id=report_id, model_post_id=model_post_id, door=by.door)
        _store(photo, made)
        session.add(photo)
        session.flush()
        return photo.id


def due(*, limit: int = 20) -> list[int]:
    """Return the ids of photos to fetch now."""
    return list(
        db.session.scalars(
            sa.select(Photo.id)
            .where(Photo.state == PhotoState.AWAITED, Photo.next_at <= clock.now())
            .order_by(Photo.next_at)
            .limit(limit)
        )
    )


def fetch(photo_id: int) -> None:
    """Fetch one photo from the platform, outside any transaction, and note what became of it."""
    photo = db.session.get(Photo, photo_id, populate_existing=True)
    if photo is None or photo.state != PhotoState.AWAITED or photo.media_id is None:
        return
    media_id, door, since = photo.media_id, photo.door, photo.received_at
    db.session.remove()
    came = _fetcher[0](media_id, door) if _fetcher else "later"
    made: images.Clean | PhotoRefused | None = None
    if isinstance(came, bytes):
        try:
            made = images.clean(came)
        except PhotoRefused as err:
            made = err
    with transaction() as session:
        held = session.get(Photo, photo_id, with_for_update=True, populate_existing=True)
        if held is None or held.state != PhotoState.AWAITED:
            return
        if isinstance(made, PhotoRefused):
            _settle(held, "refuse", reason=str(made.data["why"]))
        elif made is not None:
            try:
                _store(held, made)
                _in_place_of(held)
            except StorageFull:
                _again(held)
        elif came == "gone" or clock.now() - since >= LIFE:
            _settle(held, "expire")
        else:
            _again(held)


def _store(photo: Photo, made: images.Clean) -> None:
    db.session.execute(sa.text("SELECT pg_advisory_xact_lock_shared(:key)"), {"key": _LOCK})
    place = storage.of_house()
    name, thumb = place.put(made.picture), place.put(made.thumb)
    photo.name, photo.thumb, photo.digest = name, thumb, made.digest
    if photo.state is None:
        photo.state = PhotoState.STORED
    else:
        _settle(photo, "store")


def _in_place_of(photo: Photo) -> None:
    """Forget the photos of the same person on the same plate: one is shown, the one that came last."""
    if photo.model_post_id is not None:
        same = sa.and_(Photo.model_post_id == photo.model_post_id, Photo.member_id == photo.member_id)
        db.session.execute(sa.delete(Photo).where(same, Photo.id < photo.id))


def _settle(photo: Photo, move: str, *, reason: str | None = None) -> None:
    photo.state = advance(MOVES, photo.state, move, what="照片", words=WORDS)
    photo.reason, photo.media_id, photo.next_at = reason, None, None


def _again(photo: Photo) -> None:
    photo.attempts += 1
    wait = min(FIRST_WAIT * 2 ** min(photo.attempts - 1, 12), MOST_WAIT)
    photo.next_at = clock.now() + wait


def forget_alone() -> int:
    """Forget photos that no report came for; returns how many."""
    with transaction() as session:
        gone = sa.delete(Photo).where(
            Photo.report_id.is_(None),
            Photo.model_post_id.is_(None),
            Photo.received_at < clock.now() - TOGETHER * 2,
        )
        return session.execute(gone).rowcount  # type: ignore[attr-defined]


def sweep() -> int:
    """Remove files that no row names: rows purged or erased, writers killed before their commit.

    :return: how many; 0 where somebody is writing, then the next run does it
    """
    with transaction() as session:
        if not session.scalar(sa.text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": _LOCK}):
            return 0
        place = storage.of_house()
        place.tidy()
        named = set(session.scalars(sa.select(Photo.name).where(Photo.name.is_not(None))))
        named |= set(session.scalars(sa.select(Photo.thumb).where(Photo.thumb.is_not(None))))
        orphans = [name for name in place.names() if name not in named]
        for name in orphans:
            place.remove(name)
        return len(orphans)
