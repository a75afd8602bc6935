"""How a person is known at the desk: account, second factor, sessions, printed codes."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from jifen.core import clock
from jifen.core.db import Base
from jifen.core.types import UTCDateTime


class Account(Base):
    """What a person signs in with (账号), one a person; alive while he holds a post, whatever stands here."""

    __tablename__ = "account"

    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), primary_key=True, autoincrement=False)
    #: Argon2id in its own notation, parameters included.
    password: Mapped[str] = mapped_column(sa.String(200))
    #: The TOTP seed, sealed; None for who has no phone and signs in with a code card.
    totp_sealed: Mapped[str | None] = mapped_column(sa.String(200))
    #: Last time step (30 s since 1970) whose TOTP code was used: none is taken twice.
    totp_step: Mapped[int | None] = mapped_column(sa.BigInteger)
    #: Failures since the last success, from machines that never signed in to it.
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)
    changed_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)


class KnownMachine(Base):
    """A browser that signed in to an account before; its failures are counted apart from strangers'."""

    __tablename__ = "known_machine"

    #: SHA-256 of the cookie.
    digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    expires_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)


class CardCode(Base):
    """One code of a printed card (密码卡), good once."""

    __tablename__ = "card_code"

    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), primary_key=True, autoincrement=False)
    #: Its number on the card, 1 …
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    #: HMAC of member and code; the code stands only on the card.
    digest: Mapped[str] = mapped_column(sa.String(64))
    used_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)


class StartCode(Base):
    """A printed code with which a person chooses a password: at first, and after a reset."""

    __tablename__ = "start_code"
    __table_args__ = (
        sa.Index(
            "uq_start_code_live",
            "member_id",
            unique=True,
            postgresql_where=sa.text("used_at IS NULL AND revoked_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    #: HMAC of member and code.
    digest: Mapped[str] = mapped_column(sa.String(64))
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    #: None when an operator's command issued it.
    issued_by: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"), index=True)
    issued_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)
    expires_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    #: Wrong codes typed for this person while it lived; five kill it.
    failures: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    revoked_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)


class ConsoleSession(Base):
    """Somebody signed in at the desk (登录); ends by itself when idle, and at the latest at ``ends_at``."""

    __tablename__ = "console_session"

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    #: SHA-256 of the cookie.
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    #: What the browser says it is, in a few words.
    machine: Mapped[str] = mapped_column(sa.String(60), default="")
    started_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)
    #: Last request, to the minute.
    seen_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)
    ends_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    #: Whether a second factor was shown; without it only the choosing of one is open.
    proved: Mapped[bool] = mapped_column(default=True)
