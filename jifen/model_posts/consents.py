"""Each person's own yes to being named, or shown, to everybody; taken back at any time, and at once everywhere."""

from __future__ import annotations

import sqlalchemy as sa

from jifen.audit import service as audit
from jifen.core import clock
from jifen.core.actor import Actor
from jifen.core.db import db, transaction
from jifen.core.errors import NotFound
from jifen.core.states import NotNow
from jifen.files import service as files
from jifen.files import storage
from jifen.files.models import Photo
from jifen.files.states import PhotoState
from jifen.model_posts import errors, settings
from jifen.model_posts.models import ModelPost, ModelPostConsent
from jifen.model_posts.policy import P
from jifen.model_posts.service import access
from jifen.model_posts.states import LIVE, WORDS
from jifen.notices import service as notices

WHAT = ("name", "photo")


def agree(post_id: int, what: str, *, by: Actor) -> ModelPostConsent:
    """Agree, for oneself, to the words in force; said again it changes nothing.

    :param what: name or photo
    :raises NotFound, Forbidden: no such post, or not one of its people
    :raises NotNow: it is over
    """
    if what not in WHAT:
        raise NotFound(what="这种同意")
    with transaction() as session:
        row = access(post_id, P.CONSENT, by=by, lock=True)
        _refuse_ended(row)
        said = settings.load()
        stands = _stands(row, what, by)
        if stands is not None and stands.version == said.consent_version:
            return stands
        if stands is not None:
            stands.withdrawn_at = clock.now()
            session.flush()  # one stands at a time
        made = ModelPostConsent(
            post_id=row.id,
            member_id=by.member_id,
            what=what,
            version=said.consent_version,
            words=said.consent[what],
            door=by.door,
        )
        session.add(made)
        session.flush()  # before the audit line that tells of it
        audit.record(by=by, action="model_post.agree", subject="model_post", subject_id=row.id, codes=what)
        return made


def take_back(post_id: int, what: str, *, by: Actor) -> None:
    """Take one's yes back: wall and plate follow with this transaction, the photo is deleted.

    :raises NotFound, Forbidden: no such post, or not one of its people
    """
    if what not in WHAT:
        raise NotFound(what="这种同意")
    with transaction():
        row = access(post_id, P.CONSENT, by=by, lock=True)
        stands = _stands(row, what, by)
        if stands is not None:
            stands.withdrawn_at = clock.now()
            audit.record(
                by=by, action="model_post.disagree", subject="model_post", subject_id=row.id, codes=what
            )
        if what == "photo":
            _drop(row.id, by)


def show(post_id: int, data: bytes, *, by: Actor) -> int:
    """Keep the actor's own photo for the plate in place of an earlier one; returns its id.

    :raises NotFound, Forbidden, NotNow, AgreeFirst: see ``may_show``
    :raises PhotoRefused, StorageFull: see ``files.service.keep``
    """
    with transaction():
        row = may_show(post_id, by=by)
        _drop(row.id, by)
        assert by.member_id is not None, "only a person agrees"
        return files.keep(data, member_id=by.member_id, model_post_id=row.id, by=by)


def may_show(post_id: int, *, by: Actor) -> ModelPost:
    """Return a post on whose plate the actor's own photo may be shown, locked.

    :raises NotFound, Forbidden: no such post, or not one of its people
    :raises NotNow: it is over
    :raises AgreeFirst: he has not agreed to showing it, by the words in force
    """
    row = access(post_id, P.CONSENT, by=by, lock=True)
    _refuse_ended(row)
    stands = _stands(row, "photo", by)
    if stands is None or stands.version != settings.load().consent_version:
        raise errors.AgreeFirst
    return row


def _refuse_ended(row: ModelPost) -> None:
    if row.state not in LIVE:
        raise NotNow(what="这个示范岗", state=WORDS[row.state], move="上墙")


def expect(post_id: int, media_id: str, *, by: Actor) -> None:
    """Note the actor's own photo that he sent in a chat; once it is fetched it stands in place of an earlier one.

    :raises NotFound, Forbidden, NotNow, AgreeFirst: see ``may_show``
    """
    with transaction() as session:
        row = may_show(post_id, by=by)
        assert by.member_id is not None, "only a person agrees"
        mine = sa.and_(Photo.model_post_id == row.id, Photo.member_id == by.member_id)
        session.execute(sa.delete(Photo).where(mine, Photo.state != PhotoState.STORED))
        files.await_media(media_id, member_id=by.member_id, model_post_id=row.id, by=by)
        audit.record(by=by, action="model_post.photo", subject="model_post", subject_id=row.id)


def ask_again() -> None:
    """Tell whoever sent a photo that did not come, once and where it came from, and forget that it was awaited."""
    lost = sa.and_(Photo.model_post_id.is_not(None), Photo.state.in_([PhotoState.UNFIT, PhotoState.EXPIRED]))
    with transaction() as session:
        gone = session.execute(
            sa.delete(Photo).where(lost).returning(Photo.id, Photo.member_id, Photo.model_post_id, Photo.door)
        )
        notices.queue_many(
            kind="model_post_told",
            rows=[
                (f"model_post:photo:{i}", member, {"post": post, "what": "photo", "door": door})
                for i, member, post, door in gone
            ],
        )


def own_photo(post_id: int, *, by: Actor) -> bytes:
    """Return the actor's own photo of a post.

    :raises NotFound: not his, or none
    """
    row = access(post_id, P.CONSENT, by=by)
    name = db.session.scalar(
        sa.select(Photo.name).where(
            Photo.model_post_id == row.id,
            Photo.member_id == by.member_id,
            Photo.state == PhotoState.STORED,
        )
    )
    return picture(name)


def picture(name: str | None) -> bytes:
    """Return a picture of the storage.

    :raises NotFound: there is none
    """
    if name is None:
        raise NotFound(what="这张照片")
    try:
        return storage.of_house().get(name)
    except KeyError as err:
        raise NotFound(what="这张照片") from err


def _stands(row: ModelPost, what: str, by: Actor) -> ModelPostConsent | None:
    return db.session.scalar(
        sa.select(ModelPostConsent).where(
            ModelPostConsent.post_id == row.id,
            ModelPostConsent.member_id == by.member_id,
            ModelPostConsent.what == what,
            ModelPostConsent.withdrawn_at.is_(None),
        )
    )


def _drop(post_id: int, by: Actor) -> None:
    db.session.execute(
        sa.delete(Photo).where(Photo.model_post_id == post_id, Photo.member_id == by.member_id)
    )
