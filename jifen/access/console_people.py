"""People at the desk: found, looked at, given posts, exempted, moved; their slips printed."""

from __future__ import annotations

import datetime as dt

from flask import Response

from jifen.access import rules, schemas_accounts, service, service_accounts
from jifen.access.policy import Bearer
from jifen.access.policy import P as Access
from jifen.core import clock, house
from jifen.core.actor import ROLE_WORDS, Actor, Role, permits
from jifen.core.errors import Invalid
from jifen.members import queries as members
from jifen.members import service as people_service
from jifen.members.policy import WORKS_WITH_PEOPLE, P, Person
from jifen.members.schemas import CATEGORY_WORDS, REASON_WORDS
from jifen.org import queries as org
from jifen.web import pages
from jifen.web.doors import asks, current_actor
from jifen.web.schemas import page

blp = pages.section("people", __name__)
SHOWN = 50
#: Units that one person can choose from; a city has fewer.
MOST_UNITS = 5000
_HANDS_OUT = (Role.PARTY_OFFICE, Role.ORGAN_COMMITTEE, Role.WC_OFFICE, Role.WC_LEADER, Role.SECURITY)


@blp.get("/people")
@asks(P.SEE)
def people() -> Response:
    """Those whom the reader works with, by name or number."""
    asked = pages.query(schemas_accounts.PeopleIn)
    rows = members.visible_people(
        by=current_actor(), name=asked["name"], after=asked["after"], limit=SHOWN + 1
    )
    found = page(rows, SHOWN, lambda one: one.member_id)
    return pages.page("access/people.html", found=found, name=asked["name"], categories=CATEGORY_WORDS)


@blp.get("/people/<id:member_id>")
@asks(P.SEE)
def person(member_id: int) -> Response:
    """One of them: where he belongs, posts, exemptions, moves, and what the reader may change."""
    by = current_actor()
    profile = members.profile(member_id, by=by)
    units = {unit.id: unit for unit in org.visible(by=by, limit=MOST_UNITS)}
    branch = units.get(profile.branch_id or 0)
    whose = Person(member_id, branch.path if branch else "")
    line = [units[one] for one in org.line(whose.branch_path) if one in units]
    held = tuple(units[post.unit_id].path for post in profile.posts if post.unit_id in units)
    return pages.page(
        "access/person.html",
        one=profile,
        exemptions=members.exemptions(member_id, by=by),
        transfers=members.transfers(member_id, by=by),
        line=[(unit.id, unit.name) for unit in line],
        branches=[(u.id, u.name) for u in units.values() if u.kind == "branch" and u.id != profile.branch_id],
        roles=[(role.value, ROLE_WORDS[role]) for role in Role if _gives(by, role, whose)],
        words={role.value: ROLE_WORDS[role] for role in Role},
        reasons=REASON_WORDS,
        categories=CATEGORY_WORDS,
        has_wecom=house.settings().wecom,
        may={
            "appoint": permits(by, P.APPOINT, whose) and by.member_id != member_id,
            "exempt": permits(by, P.EXEMPT, whose),
            "transfer": permits(by, P.TRANSFER, whose),
            "slip": permits(by, Access.ISSUE_CODE, Bearer(member_id, whose.branch_path, held)),
            "unbind": permits(by, Access.REVOKE, Bearer(member_id, whose.branch_path, held)),
        },
    )


def _gives(by: Actor, role: Role, whose: Person) -> bool:
    leading = role in (Role.IT, Role.SECURITY, Role.AUDITOR, Role.WC_OFFICE, Role.WC_LEADER)
    return permits(by, P.APPOINT_LEADING if leading else P.APPOINT, whose)


@blp.post("/people/<id:member_id>/posts")
@asks(P.APPOINT)
def appoint(member_id: int) -> Response:
    """Give him a post."""
    values = pages.form(schemas_accounts.PostIn)
    if values["role"] not in list(Role):
        raise Invalid(reason="没有这样的岗位，请从列表中选择。")
    people_service.appoint(
        member_id,
        values["unit_id"],
        Role(values["role"]),
        since=values["since"],
        until=values["until"],
        by=current_actor(),
    )
    return pages.done(
        "任职已登记。要用工作台的，请到“登录码”为他打印登录码。", "people.person", member_id=member_id
    )


@blp.post("/people/<id:member_id>/posts/<id:post_id>/end")
@asks(P.APPOINT)
def end_post(member_id: int, post_id: int) -> Response:
    """End one of his posts."""
    people_service.end_post(post_id, on=pages.form(schemas_accounts.EndIn)["on"], by=current_actor())
    return pages.done(
        "任职已结束。从那一天起他不能再办理，等他处理的事项转给别人。", "people.person", member_id=member_id
    )


@blp.post("/people/<id:member_id>/exemptions")
@asks(P.EXEMPT)
def exempt(member_id: int) -> Response:
    """Approve that he is not scored for a time."""
    values = pages.form(schemas_accounts.ExemptionIn)
    if values["reason"] not in REASON_WORDS:
        raise Invalid(reason="没有这样的情形，请从列表中选择。")
    people_service.exempt(member_id, **values, by=current_actor())
    return pages.done("已批准不参加积分。", "people.person", member_id=member_id)


@blp.post("/people/<id:member_id>/exemptions/<id:exemption_id>/revoke")
@asks(P.EXEMPT)
def revoke(member_id: int, exemption_id: int) -> Response:
    """Take an exemption back."""
    people_service.revoke_exemption(exemption_id, by=current_actor())
    return pages.done("已撤销，他重新参加积分。", "people.person", member_id=member_id)


@blp.post("/people/<id:member_id>/transfers")
@asks(P.TRANSFER)
def transfer(member_id: int) -> Response:
    """Move him to another branch."""
    people_service.transfer(member_id, **pages.form(schemas_accounts.TransferIn), by=current_actor())
    return pages.done("组织关系已转接，以前的积分留在原支部。", "people.person", member_id=member_id)


@blp.post("/people/<id:member_id>/slip")
@asks(Access.ISSUE_CODE)
def slip(member_id: int) -> Response:
    """Print the slip with which he binds his WeChat."""
    code = service.issue_code(member_id, by=current_actor())
    return _slip("bind", members.names({member_id})[member_id], "", code)


@blp.get("/start-codes")
@asks(Access.RESET)
def start_codes() -> Response:
    """Ask for whom a code for the first sign-in is printed."""
    return pages.page("access/start_codes.html", days=rules.VALID_DAYS)


@blp.post("/start-codes")
@asks(Access.RESET)
def issue_start() -> Response:
    """Print the code with which somebody chooses his password."""
    number = pages.form(schemas_accounts.NumberIn)["number"]
    whom = members.member_by_number(number)
    code = service_accounts.issue_start(whom.id, by=current_actor())
    return _slip("start", whom.name or "", whom.number or "", code)


def _slip(kind: str, name: str, number: str, code: str) -> Response:
    return pages.page(
        "access/slip.html",
        kind=kind,
        name=name,
        number=number,
        code=code,
        days=rules.VALID_DAYS,
        until=clock.today() + dt.timedelta(days=rules.VALID_DAYS),
    )


pages.entry("人员", "people.people", order=60, may=lambda by: by.holds(*WORKS_WITH_PEOPLE))
pages.entry("登录码", "people.start_codes", order=70, may=lambda by: by.holds(*_HANDS_OUT))
