"""How a person is known at a door: WeChat binding by a paper code, bearer tokens."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from jifen.core import clock
from jifen.core.db import Base
from jifen.core.types import UTCDateTime


class BindCode(Base):
    """A code on a paper slip from the branch, or a QR code on its screen, for one member, once (绑定码)."""

    __tablename__ = "bind_code"
    __table_args__ = (
        sa.Index(
            "uq_bind_code_live",
            "member_id",
            "kind",
            unique=True,
            postgresql_where=sa.text("used_at IS NULL AND revoked_at IS NULL"),
        ),
        sa.CheckConstraint("kind IN ('slip', 'screen')", name="kind"),
        sa.CheckConstraint(
            "kind = 'screen' OR (scene_sealed IS NULL AND url IS NULL AND scanned_at IS NULL)", name="screen"
        ),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    #: HMAC of the eight characters, which stand only on the slip; on a screen, of the scene.
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    #: ``slip``: typed from paper; ``screen``: scanned from a screen.
    kind: Mapped[str] = mapped_column(sa.String(8), default="slip", server_default="slip")
    #: The scene, sealed, until the platform has made the picture.
    scene_sealed: Mapped[str | None] = mapped_column(sa.String(200))
    #: What stands in the picture on the screen.
    url: Mapped[str | None] = mapped_column(sa.String(200))
    #: When the first account scanned it; no other one is heard after that.
    scanned_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    issued_by: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"), index=True)
    issued_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)
    expires_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    #: Wrong names typed with this code; five kill it.
    failures: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    revoked_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)


class Binding(Base):
    """Which member stands behind an openid; the openid is kept as HMAC and encrypted."""

    __tablename__ = "binding"
    __table_args__ = (
        sa.Index(
            "uq_binding_openid", "openid_digest", unique=True, postgresql_where=sa.text("ended_at IS NULL")
        ),
        sa.Index("uq_binding_member", "member_id", unique=True, postgresql_where=sa.text("ended_at IS NULL")),
        sa.CheckConstraint("(ended_at IS NULL) = (openid_digest IS NOT NULL)", name="no_openid_after"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    #: Gone when the binding ends.
    openid_digest: Mapped[str | None] = mapped_column(sa.String(64))
    #: Gone with it; where the branch ended it within a day, so that the person can be told.
    openid_sealed: Mapped[str | None] = mapped_column(sa.String(200))
    bound_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)
    ended_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    #: Whether the account is followed (关注): without that nothing can be sent; what is recorded stays.
    following: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    #: When that was last heard, by WeChat's clock; events may come in another order.
    follow_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    #: Whether the platform has been told to show the deciders' menu.
    tagged: Mapped[bool] = mapped_column(default=False, server_default=sa.false())


class WecomBinding(Base):
    """Which member of WeCom (企业微信) somebody is; he said so himself, signed in at the desk."""

    __tablename__ = "wecom_binding"
    __table_args__ = (
        sa.Index(
            "uq_wecom_binding_user", "user_digest", unique=True, postgresql_where=sa.text("ended_at IS NULL")
        ),
        sa.Index(
            "uq_wecom_binding_member", "member_id", unique=True, postgresql_where=sa.text("ended_at IS NULL")
        ),
        sa.CheckConstraint("(ended_at IS NULL) = (user_digest IS NOT NULL)", name="no_user_after"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    #: HMAC of the userid; gone when the binding ends.
    user_digest: Mapped[str | None] = mapped_column(sa.String(64))
    #: The userid encrypted; gone with it, or where somebody else ended it within a day, so that he can be told.
    user_sealed: Mapped[str | None] = mapped_column(sa.String(300))
    bound_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)
    ended_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)


class PendingBinding(Base):
    """Somebody with a good slip who was shown the privacy text and has not answered yet; an hour at most.

    The openid is here as HMAC only: whoever answers brings it again.
    """

    __tablename__ = "pending_binding"

    openid_digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    bind_code_id: Mapped[int] = mapped_column(sa.ForeignKey("bind_code.id"))
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    #: The version that was shown.
    version: Mapped[str] = mapped_column(sa.String(16))
    expires_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)


class Consent(Base):
    """A person's answer to one version of the privacy text (同意、不同意、撤回同意)."""

    __tablename__ = "consent"
    __table_args__ = (
        sa.CheckConstraint("given_at IS NOT NULL OR withdrawn_at IS NOT NULL", name="answered"),
        sa.Index(
            "uq_consent_live",
            "member_id",
            "version",
            unique=True,
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        ),
        sa.Index("ix_consent_member", "member_id", "id"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"))
    version: Mapped[str] = mapped_column(sa.String(16))
    #: SHA-256 of the text that was shown.
    digest: Mapped[str] = mapped_column(sa.String(64))
    #: None where the answer was no from the start.
    given_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    #: Since when the answer is no: refused or withdrawn.
    withdrawn_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    door: Mapped[str] = mapped_column(sa.String(12))


class ConsentShown(Base):
    """Which version of the text a bound person was shown last: a yes is to that one and no other."""

    __tablename__ = "consent_shown"

    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), primary_key=True)
    version: Mapped[str] = mapped_column(sa.String(16))
    shown_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)


class BindAttempt(Base):
    """Failures of an openid that tries codes: guessing is answered by waiting."""

    __tablename__ = "bind_attempt"

    openid_digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    #: No further try before this instant.
    blocked_until: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)


class PhoneStateUsed(Base):
    """A state of a page's way through WeChat that came back once: it does not come back twice."""

    __tablename__ = "phone_state_used"

    #: SHA-256 of the state.
    digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)


class ApiToken(Base):
    """A bearer token of a person, an office system or a community, scoped and revocable."""

    __tablename__ = "api_token"
    __table_args__ = (sa.CheckConstraint("num_nonnulls(member_id, unit_id, community_id) <= 1", name="one"),)

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    #: SHA-256 of the token; the token is shown once.
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    #: The person it speaks for; None for an office system or a community.
    member_id: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"), index=True)
    #: Name of the office system and the unit it may read.
    system_name: Mapped[str | None] = mapped_column(sa.String(60))
    unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    #: The community that it speaks for (双报到); its name is ``system_name``.
    community_id: Mapped[int | None] = mapped_column(sa.ForeignKey("community.id"), index=True)
    scopes: Mapped[list[str]] = mapped_column(ARRAY(sa.String(40)))
    label: Mapped[str] = mapped_column(sa.String(60), default="")
    created_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)
    expires_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    revoked_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)


class Deputy(Base):
    """Somebody acts in the place of a decider between two instants (代理); the holder keeps his right."""

    __tablename__ = "deputy"
    __table_args__ = (
        sa.CheckConstraint("until > since", name="dates"),
        ExcludeConstraint(
            (sa.literal_column("int8range(post_id, post_id, '[]')"), "&&"),
            (sa.literal_column("tstzrange(since, greatest(since, coalesce(ended_at, until)))"), "&&"),
            name="ex_deputy_one_at_a_time",
            using="gist",
        ),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    #: The post in whose place he acts; it ends, and so does this.
    post_id: Mapped[int] = mapped_column(sa.ForeignKey("post.id"))
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    #: Instants, the last one not in it: a deputy of yesterday decides nothing today.
    since: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    until: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    named_by: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    named_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)
    #: When it was ended before its time.
    ended_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
