"""Every permission × who × where, as one table; and no token may more than its scope.

The matter concerns member 9 of branch 3 (path /1/2/3/), asked of that branch.
``self`` is member 9, ``mate`` another member of the branch, both without a
post: ``y`` yes, ``.`` no. For the other columns a cell says from where a post
of that role reaches the matter:

    o  a post in the branch itself
    a  a post above it (department, work committee)
    x  a post elsewhere
    .  from nowhere
"""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from jifen import api
from jifen.access.policy import AccountOf, Bearer
from jifen.activities.policy import Invitation
from jifen.core.actor import Actor, Door, Holding, Role, permissions, permits
from jifen.decisions.policy_objections import Contest
from jifen.decisions.policy_publicity import Listing
from jifen.model_posts.policy import Matter
from jifen.notices.policy import Owed
from jifen.points.policy import Claim, P, Scope
from jifen.privacy.policy import Request
from jifen.web import health

assert api.ROOMS, "the rooms register their permissions when they are imported"
assert health.P, "and so does the door of the health figures"

#: cell: 党小组长, rec: 积分管理员, com: 支部委员, sec dep: 书记、副书记, off: 党建办, org: 机关党委, dis: 机关纪委,
#: wco wcl: 工委办公室、领导, it scy aud: 系统、安全、审计三员.
TABLE = """
permission                 self mate cell rec  com  sec  dep  off  org  dis  wco  wcl  it   scy  aud
absence.decide             .    .    .    .    .    o    o    .    o    .    .    o    .    .    .
absence.explain            y    .    .    oa   oa   oa   oa   .    oa   .    .    oa   .    .    .
absence.see                y    .    .    oa   oa   oa   oa   oa   oa   oa   oa   oa   .    .    .
access.issue_code          .    .    .    oa   .    oa   oa   oa   .    .    oa   .    .    .    .
access.issue_system_token  .    .    .    .    .    .    .    .    .    .    oax  oax  .    .    .
access.issue_token         y    .    .    .    .    .    .    .    .    .    .    .    .    .    .
access.revoke              .    .    .    .    .    oa   oa   oa   .    .    oa   .    .    .    .
access.name_deputy         y    .    .    .    .    .    .    .    a    .    .    a    .    .    .
activity.check             y    y    .    .    .    .    .    .    .    .    .    .    .    .    .
activity.join              y    y    .    .    .    .    .    .    .    .    .    .    .    .    .
activity.plan              .    .    .    oa   oa   oa   oa   oa   oa   .    oa   oa   .    .    .
activity.run               .    .    .    oa   oa   oa   oa   oa   oa   .    oa   oa   .    .    .
activity.see               y    y    .    oa   oa   oa   oa   oa   oa   oa   oa   oa   .    .    .
account.own                y    y    oax  oax  oax  oax  oax  oax  oax  oax  oax  oax  oax  oax  oax
account.reset              .    .    .    .    .    .    .    a    a    .    a    .    .    .    .
attendance.confirm         .    .    .    .    .    oa   oa   .    oa   .    .    oa   .    .    .
attendance.prepare         .    .    .    oa   oa   oa   oa   .    oa   .    .    oa   .    .    .
attendance.see             .    .    .    oa   oa   oa   oa   oa   oa   oa   oa   oa   .    .    .
appraisal.compare          .    .    .    .    .    .    .    oa   oa   oa   oa   oa   .    .    .
appraisal.decide           .    .    .    .    .    oa   oa   .    oa   .    .    oa   .    .    .
appraisal.export           .    .    .    oa   oa   oa   oa   oa   oa   oa   oa   oa   .    .    .
appraisal.own              y    y    oax  oax  oax  oax  oax  oax  oax  oax  oax  oax  oax  oax  oax
appraisal.see              .    .    .    oa   oa   oa   oa   oa   oa   oa   oa   oa   .    .    .
audit.see                  .    .    .    .    .    .    .    .    .    .    .    oax  .    .    oax
community.claim            y    y    .    .    .    .    .    .    .    .    .    .    .    .    .
community.keep             .    .    .    oax  oax  oax  oax  oax  oax  .    oax  oax  .    .    .
community.speak            .    .    .    .    .    .    .    .    .    .    .    .    .    .    .
certificate.entitle        .    .    .    .    .    .    .    .    .    .    .    oax  .    .    .
certificate.export         .    .    .    oa   oa   oa   oa   oa   oa   oa   oa   oa   .    .    .
certificate.issue          .    .    .    oa   oa   oa   oa   oa   oa   .    oa   oa   .    .    .
certificate.list           .    .    .    oa   oa   oa   oa   oa   oa   oa   oa   oa   .    .    .
certificate.own            y    y    oax  oax  oax  oax  oax  oax  oax  oax  oax  oax  oax  oax  oax
certificate.sign           .    .    .    .    .    oax  oax  .    oax  .    .    oax  .    .    .
hours.correct              y    .    .    oa   oa   oa   oa   oa   oa   .    oa   oa   .    .    .
hours.decide               .    .    .    .    .    oax  oax  .    oax  .    .    oax  .    .    .
hours.enter                .    .    .    oa   oa   oa   oa   oa   oa   .    oa   oa   .    .    .
hours.export               .    .    .    oa   oa   oa   oa   oa   oa   oa   oa   oa   .    .    .
hours.list                 .    .    .    oa   oa   oa   oa   oa   oa   oa   oa   oa   .    .    .
hours.own                  y    y    oax  oax  oax  oax  oax  oax  oax  oax  oax  oax  oax  oax  oax
honour.decide              .    .    .    .    .    oax  oax  .    oax  .    .    oax  .    .    .
honour.enter               .    .    .    oa   oa   oa   oa   oa   oa   .    oa   oa   .    .    .
honour.revoke              .    .    .    .    .    oa   oa   .    oa   .    .    oa   .    .    .
honour.see                 y    .    .    oa   oa   oa   oa   oa   oa   oa   oa   oa   .    .    .
hours.see                  y    .    .    oa   oa   oa   oa   oa   oa   oa   oa   oa   .    .    .
jobs.see                   .    .    .    .    .    .    .    .    .    .    oax  .    oax  .    oax
burden.hear                .    .    .    .    .    .    .    .    .    .    oax  oax  .    .    .
burden.see                 y    y    oax  oax  oax  oax  oax  oax  oax  oax  oax  oax  oax  oax  oax
burden.speak               y    y    oax  oax  oax  oax  oax  oax  oax  oax  oax  oax  oax  oax  oax
facts.confirm              .    .    .    .    .    oa   oa   .    oa   .    .    oa   .    .    .
facts.import               .    .    .    oa   .    oa   oa   oa   oa   .    oa   oa   .    .    .
leave.decide               .    .    .    .    .    o    o    .    o    .    .    o    .    .    .
leave.request              y    .    .    oa   oa   oa   oa   .    oa   .    .    oa   .    .    .
leave.see                  y    .    .    oa   oa   oa   oa   oa   oa   oa   oa   oa   .    .    .
leave.withdraw             y    .    .    oa   oa   oa   oa   .    oa   .    .    oa   .    .    .
ledger.verify              .    .    .    .    .    .    .    .    .    .    oax  oax  .    .    oax
member.amend               .    .    .    .    .    oa   oa   .    oa   .    .    oa   .    .    .
member.appoint             .    .    .    .    .    .    .    oa   .    .    oa   .    .    .    .
member.appoint_leading     .    .    .    .    .    .    .    .    .    .    .    oa   .    .    .
member.exempt              .    .    .    .    .    .    .    .    oa   .    .    oa   .    .    .
member.import              .    .    .    oa   .    oa   oa   oa   .    .    oa   .    .    .    .
member.see                 y    .    .    oa   oa   oa   oa   oa   oa   oa   oa   oa   .    .    .
member.transfer            .    .    .    .    .    .    .    oa   .    .    oa   .    .    .    .
model_post.apply           y    .    .    oa   oa   oa   oa   oa   oa   .    oa   oa   .    .    .
model_post.cancel          y    .    .    .    .    .    .    .    .    .    .    .    .    .    .
model_post.consent         y    .    .    .    .    .    .    .    .    .    .    .    .    .    .
model_post.decide          .    .    .    .    .    oax  oax  .    oax  .    .    oax  .    .    .
model_post.own             y    y    oax  oax  oax  oax  oax  oax  oax  oax  oax  oax  oax  oax  oax
model_post.remove          .    .    .    .    .    oa   oa   .    oa   .    .    oa   .    .    .
model_post.see             y    .    .    oa   oa   oa   oa   oa   oa   oa   oa   oa   .    .    .
manual.confirm             .    .    .    .    .    oax  oax  .    oax  .    .    oax  .    .    .
manual.prepare             .    .    .    oa   .    oa   oa   oa   oa   .    oa   oa   .    .    .
notice.choose              y    y    oax  oax  oax  oax  oax  oax  oax  oax  oax  oax  oax  oax  oax
notice.run                 .    .    .    .    .    .    .    .    .    .    oax  .    oax  .    oax
notice.settle              .    .    .    .    .    .    .    oa   .    .    oa   .    .    .    .
notice.tell                .    .    .    .    .    o    o    .    .    .    .    .    .    .    .
notice.own                 y    y    oax  oax  oax  oax  oax  oax  oax  oax  oax  oax  oax  oax  oax
paper.see                  .    .    .    o    .    o    o    .    .    .    .    .    .    .    .
paper.see_bindings         .    .    .    o    .    o    o    .    .    .    .    .    .    .    .
objection.answer           .    .    .    .    .    o    o    .    o    .    .    o    .    .    .
objection.enter            .    .    .    oa   oa   oa   oa   oa   oa   oa   oa   oa   .    .    .
objection.raise            y    y    .    .    .    .    .    .    .    .    .    .    .    .    .
objection.see              y    .    .    oa   oa   oa   oa   oa   oa   oa   oa   oa   .    .    .
objection.withdraw         y    .    .    .    .    .    .    .    .    .    .    .    .    .    .
points.dry_run             .    .    .    .    .    .    .    oa   oa   oa   oa   oa   .    .    .
points.export              .    .    .    oa   oa   oa   oa   oa   oa   oa   oa   oa   .    .    .
publication.close          .    .    .    .    .    .    .    oa   oa   .    oa   oa   .    .    .
publication.publicise      .    .    .    .    .    oa   oa   .    oa   .    .    oa   .    .    .
publication.see            .    .    .    oa   oa   oa   oa   oa   oa   oa   oa   oa   .    .    .
privacy.answer             .    .    .    .    .    o    o    .    o    .    .    o    .    .    .
privacy.ask                y    .    .    .    .    .    .    .    .    .    .    .    .    .    .
privacy.enter              .    .    .    oa   oa   oa   oa   oa   oa   oa   oa   oa   .    .    .
privacy.erase              .    .    .    .    .    .    .    .    .    .    .    oax  .    .    .
privacy.hand_out           .    .    .    .    .    o    o    .    .    .    .    .    .    .    .
privacy.see                y    .    .    .    .    o    o    .    o    .    .    o    .    .    .
privacy.own                y    y    oax  oax  oax  oax  oax  oax  oax  oax  oax  oax  oax  oax  oax
ranking.names              .    .    .    oa   oa   oa   oa   oa   oa   oa   oa   oa   .    .    .
ranking.units              .    .    .    .    .    .    .    oa   oa   oa   oa   oa   .    .    .
report.decide              .    .    .    .    .    o    o    .    o    .    .    o    .    .    .
report.look                .    .    oa   oa   oa   oa   oa   oa   oa   oa   oa   oa   .    .    .
report.see                 y    .    oa   oa   oa   oa   oa   oa   oa   oa   oa   oa   .    .    .
report.submit              y    y    .    .    .    .    .    .    .    .    .    .    .    .    .
report.withdraw            y    .    .    .    .    .    .    .    .    .    .    .    .    .    .
roster.enter               .    .    .    .    .    oa   oa   .    oa   .    .    oa   .    .    .
rulebook.activate          .    .    .    .    .    .    .    .    .    .    .    oax  .    .    .
rulebook.assign            .    .    .    .    .    .    .    .    .    .    oax  oax  .    .    .
rulebook.load              .    .    .    .    .    .    .    .    .    .    oax  oax  .    .    .
rulebook.see               y    y    oax  oax  oax  oax  oax  oax  oax  oax  oax  oax  oax  oax  oax
sample.look                .    .    .    .    .    oax  oax  .    oax  .    .    oax  .    .    .
sample.see                 .    .    .    .    .    .    .    .    .    .    oax  oax  .    .    .
score.see                  y    .    .    oa   oa   oa   oa   oa   oa   oa   oa   oa   .    .    .
unit.manage                .    .    .    .    .    .    .    oa   .    .    oa   .    .    .    .
unit.register_basis        .    .    .    .    .    oa   oa   oa   .    .    oa   .    .    .    .
unit.see                   y    y    oa   oa   oa   oa   oa   oa   oa   oa   oa   oa   oa   oa   oa
unit.show_names            .    .    .    .    .    oa   oa   .    .    .    .    .    .    .    .
year_end.turn              .    .    .    .    .    .    .    oa   oa   .    oa   oa   .    .    .
web.metrics                .    .    .    .    .    .    .    .    .    .    oax  .    oax  .    .
"""
HEAD, *LINES = [line.split() for line in TABLE.strip().splitlines()]
EXPECTED = {line[0]: dict(zip(HEAD[1:], line[1:], strict=True)) for line in LINES}
ROLES = dict(zip(HEAD[3:], Role, strict=True))

BRANCH = "/1/2/3/"
PERSON, CLAIM, SCOPE = Bearer(9, BRANCH), Claim(9, BRANCH, BRANCH, 3), Scope(3, BRANCH, True)
#: What each room's permissions are asked about; the others ask about nothing.
MATTERS = {
    "unit": SimpleNamespace(path=BRANCH),
    "report": CLAIM,
    "hours": SimpleNamespace(member_id=9, branch_path=BRANCH, unit_id=3, path=BRANCH, is_branch=True),
    "certificate": SCOPE,
    "account": AccountOf(9, ((Role.BRANCH_SECRETARY, BRANCH),)),
    "absence": CLAIM,
    "leave": CLAIM,
    "model_post": Matter(3, BRANCH, frozenset({9}), 9, 9),
    "activity": Invitation(BRANCH, BRANCH),
    "attendance": SCOPE,
    "ranking": SCOPE,
    "points": SCOPE,
    "notice": Owed(9, 3, BRANCH),
    "paper": SCOPE,
    "roster": SCOPE,
    "manual": SCOPE,
    "appraisal": SCOPE,
    "year_end": SCOPE,
    "objection": Contest(member_id=9, unit_id=3, path=BRANCH, shown=True, objector_id=9, asked_unit_id=3),
    "facts": SCOPE,
    "privacy": Request(9, BRANCH, entered_by=10, asked_unit_id=3),
    "publication": Listing(3, BRANCH, shown=False),
}
#: By letter: the units, with their paths, in which a post may stand.
PLACES = {"o": [(3, BRANCH)], "a": [(2, "/1/2/"), (1, "/1/")], "x": [(4, "/1/2/4/"), (5, "/1/5/")]}
ALL = frozenset(permissions().values())


def matter(permission: str):
    return MATTERS.get(permission.split(".")[0], PERSON)


def callers(column: str) -> list[tuple[str, Actor]]:
    """The callers of a column, each with the letter that lets him pass."""
    if column in ("self", "mate"):
        number = 9 if column == "self" else 8
        return [("y", Actor(Door.API, member_id=number, branch_id=3, branch_path=BRANCH))]
    return [
        (letter, Actor(Door.API, member_id=7, holdings=(Holding(ROLES[column], unit, path),)))
        for letter, places in PLACES.items()
        for unit, path in places
    ]


def narrowed(by: Actor, scopes: frozenset[str]) -> Actor:
    return Actor(by.door, by.member_id, by.name, by.branch_id, by.branch_path, by.holdings, scopes)


def test_the_table_names_every_permission():
    assert sorted(EXPECTED) == sorted(permissions())
    assert set(ROLES.values()) == set(Role)


@pytest.mark.parametrize("column", HEAD[1:])
@pytest.mark.parametrize("permission", sorted(EXPECTED))
def test_who_may_what_from_where_with_which_token(permission, column):
    scope = permissions()[permission]
    for letter, by in callers(column):
        expected = letter in EXPECTED[permission][column]
        assert permits(by, permission, matter(permission)) is expected, by
        assert permits(narrowed(by, frozenset({scope})), permission, matter(permission)) is expected, by
        assert not permits(narrowed(by, ALL - {scope}), permission, matter(permission)), by


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("permission", [P.DECIDE, "member.exempt"])
def test_no_post_lets_anybody_decide_his_own_matter(permission, role):
    for unit, path in [place for places in PLACES.values() for place in places]:
        own = Actor(Door.API, 9, branch_id=3, branch_path=BRANCH, holdings=(Holding(role, unit, path),))
        assert not permits(own, permission, matter(permission))


def test_names_switched_on_are_shown_inside_the_branch_only():
    shown = Scope(3, BRANCH, True, names_shown=True)
    inside = Actor(Door.API, 8, branch_id=3, branch_path=BRANCH)
    outside = Actor(Door.API, 8, branch_id=4, branch_path="/1/2/4/")
    assert permits(inside, P.SEE_RANKING_NAMES, shown)
    assert not permits(outside, P.SEE_RANKING_NAMES, shown)


def test_an_office_system_decides_nothing_and_owns_nothing():
    system = Actor(Door.API, name="人事系统", holdings=(Holding(Role.PARTY_OFFICE, 2, "/1/2/"),), scopes=ALL)
    deciding = {"report.decide", "report.submit", "report.withdraw", "member.exempt", "notice.own"}
    deciding |= {
        "account.own",
        "access.issue_token",
        "rulebook.activate",
        "member.appoint_leading",
        "unit.show_names",
    }
    assert {p for p in deciding if permits(system, p, matter(p))} == set()
