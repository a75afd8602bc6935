"""What the WeChat door keeps: deliveries that had their effect, and conversations under way."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from jifen.core import clock
from jifen.core.db import Base
from jifen.core.types import UTCDateTime


class InboxMessage(Base):
    """A delivery that had its effect: a repeat gets the stored reply. Bodies are never kept."""

    __tablename__ = "inbox_message"

    #: ``m:<MsgId>`` or ``e:<openid>:…`` as digest, so that no openid stands here.
    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    reply: Mapped[str | None] = mapped_column(sa.Text)
    #: Kept seven days: retries end after 15 seconds, replays do not.
    at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now, index=True)


class Conversation(Base):
    """What somebody is in the middle of telling; one row a person, whatever number of phones.

    ``version`` is optimistic: an answer given on one phone to a question that was
    answered on another one meanwhile changes nothing.
    """

    __tablename__ = "conversation"

    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    #: What is being talked about: ``report``, ``batch``, ``choice``; empty between two conversations.
    kind: Mapped[str] = mapped_column(sa.String(16), default="")
    data: Mapped[dict] = mapped_column(JSONB, default=dict)
    #: When the last message that counted was written, by WeChat's clock.
    said_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)
    expires_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now, index=True)
    #: When the last photo was sent; those that follow closely are one album.
    photo_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    #: What did not fit into the last long answer, shown on 更多.
    rest: Mapped[str | None] = mapped_column(sa.Text)
