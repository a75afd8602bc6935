"""Keys of messages with an effect and the replies they got."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
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
