"""The link to one's own data: ``access.tickets``, in the words of this room."""

from __future__ import annotations

from jifen.access import tickets
from jifen.access.tickets import MINUTES, Page
from jifen.core.actor import Actor

__all__ = ["MINUTES", "bearer", "link"]


def link(*, by: Actor) -> str:
    """Return the address that shows the actor his data.

    :raises Forbidden: an office system, which is nobody
    """
    return tickets.link(Page.DATA, by=by)


def bearer(ticket: str) -> Actor:
    """Return who was given the ticket.

    :raises Lapsed: it is none, or too old, or he is bound no more
    """
    return tickets.bearer(Page.DATA, ticket, word="“导出我的数据”")[0]
