"""A small city for tests, built by the real services: one department, one branch, a few people."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from jifen.access import binding
from jifen.access import queries as access
from jifen.core import clock
from jifen.core.actor import Actor, Door, Role, system
from jifen.core.settings import ROOT
from jifen.members import service as members
from jifen.members.models import Member
from jifen.org import bases
from jifen.org import service as org
from jifen.org.models import UnitKind
from jifen.points import standings_follow
from jifen.rulebook import service as rulebooks
from tests.kept import kept

BY = system("tests", Door.CLI)
SINCE = dt.date(2020, 1, 1)


NAMES = {
    "secretary": "周正",
    "deputy": "吴敏",
    "member": "陈国强",
    "colleague": "林小梅",
    "stranger": "赵远",
} | {
    "other_secretary": "孙立",
    "organ": "郑委",
}


@dataclass(frozen=True)
class City:
    """Ids of what was built."""

    committee: int
    department: int
    branch: int
    other_branch: int
    #: By role or by name: secretary, deputy, member, retired, stranger, office, organ, leader, it …
    people: dict[str, int]
    rulebook: int

    def actor(self, who: str, door: Door = Door.WECHAT) -> Actor:
        """Return one of the people as he stands today."""
        found = access.actor_of(self.people[who], door)
        assert found is not None
        return found


def minute(
    town: City, number: str = "支委会纪要〔2026〕3号", *, title: str = "3月28日支委会", who: str = "secretary"
) -> int:
    """Register a minute of the branch's committee to choose as a basis; returns its id."""
    unit = town.branch if who == "secretary" else town.department
    since = clock.today() - dt.timedelta(days=30)
    return bases.register(unit_id=unit, number=number, title=title, since=since, by=town.actor(who)).id


def bind(openid: str, code: str, name: str) -> Member:
    """Bind a WeChat account as a person does: the slip, then the yes."""
    binding.begin(openid, code, name)
    return binding.agree(openid)


def build(*, effective_from: dt.date = dt.date(2026, 1, 1), photos: bool = False) -> City:
    """Build it and put the default rulebook in force.

    :param photos: whether the basis of 个人荣誉 asks for photos
    """

    def city() -> City:
        return _build(effective_from, photos)

    return kept(city, effective_from, photos)


def _build(effective_from: dt.date, photos: bool) -> City:
    committee = org.found(name="市直机关工委", code="W", since=SINCE, by=BY)
    department = org.add(committee.id, UnitKind.DEPARTMENT, name="市林业局", since=SINCE, by=BY)
    branch = org.add(department.id, UnitKind.BRANCH, name="机关第一党支部", since=SINCE, by=BY)
    other = org.add(department.id, UnitKind.BRANCH, name="机关第二党支部", since=SINCE, by=BY)
    text = (ROOT / "config" / "rulebooks" / "municipal-organs.toml").read_text(encoding="utf-8")
    text = text.replace("effective_from = 2026-01-01", f"effective_from = {effective_from}")
    if photos:
        decided = (
            '[item.risk_decision]\ndocument = "市直工委〔2026〕1号"\non = 2026-01-05\nby = "市直机关工委"\n'
        )
        text = text.replace("photos = false", "photos = true", 1)
        text = text.replace("[item.evidence]\n", f"{decided}[item.evidence]\n", 1)
    book = rulebooks.load(text, by=BY)
    rulebooks.activate(book.id, by=BY)
    rulebooks.assign(committee.id, book.code, since=SINCE, by=BY)
    people = {}
    for who, name, where in (
        ("secretary", "周正", branch),
        ("deputy", "吴敏", branch),
        ("member", "陈国强", branch),
        ("colleague", "林小梅", branch),
        ("stranger", "赵远", other),
        ("other_secretary", "孙立", other),
    ):
        people[who] = members.take_in(name, branch_id=where.id, since=SINCE, joined_on=SINCE, by=BY).id
    for who, name in (
        ("office", "钱办"),
        ("organ", "郑委"),
        ("wc_office", "何办"),
        ("leader", "高主任"),
        ("it", "江工"),
    ):
        people[who] = members.take_in(name, branch_id=None, since=SINCE, by=BY).id
    for who, unit, role in (
        ("secretary", branch, Role.BRANCH_SECRETARY),
        ("deputy", branch, Role.DEPUTY_SECRETARY),
        ("other_secretary", other, Role.BRANCH_SECRETARY),
        ("office", department, Role.PARTY_OFFICE),
        ("organ", department, Role.ORGAN_COMMITTEE),
        ("wc_office", committee, Role.WC_OFFICE),
        ("leader", committee, Role.WC_LEADER),
        ("it", committee, Role.IT),
    ):
        members.appoint(people[who], unit.id, role, since=SINCE, by=BY)
    standings_follow.follow("/", day=clock.today())
    return City(committee.id, department.id, branch.id, other.id, people, book.id)
