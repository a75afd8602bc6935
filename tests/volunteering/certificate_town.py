"""The tests' city with organisations that may certify, and certificates as far as they came."""

from __future__ import annotations

from jifen.volunteering.certificates import entitled, service
from jifen.volunteering.certificates.models import Certificate, Entitlement
from tests import city
from tests.volunteering.hours_town import at, credit, served

CONTACT = "0818-2123456"
#: The moves on the way, and who makes them.
WAY = (("print", "deputy"), ("sign", "secretary"), ("seal", "deputy"), ("register", "deputy"))
MOVES = {
    "print": service.print_,
    "sign": service.sign,
    "seal": service.seal,
    "register": service.register,
}


def entitle(town: city.City, unit_id: int | None = None, **more) -> Entitlement:
    """Let the branch issue from today on, or another organisation."""
    return entitled.mark(unit_id or town.branch, contact=CONTACT, by=town.actor("leader"), **more)


def served_two_hours(town: city.City, who: str = "member", *, activity: int = 7, hour: int = 9):
    """Two hours of a morning, checked in and out."""
    closer = "deputy" if who == "secretary" else "secretary"
    return credit(town, served(town, who, at(hour), at(hour + 2), activity=activity), who=closer)


def certified(town: city.City, who: str = "member", *, to: str = "register") -> Certificate:
    """A certificate of that person, asked for by himself and brought as far as told."""
    row = service.request(by=town.actor(who))
    for move, clerk in WAY:
        MOVES[move](row.id, by=town.actor(clerk))
        if move == to:
            break
    return row
