"""What a page costs: at most six statements and one a list on it, whoever signs in counted too."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from collections.abc import Callable, Iterator

import pytest
import time_machine

from jifen.access import screens
from jifen.activities import planning, signing_up
from jifen.core import clock
from jifen.members import imports
from jifen.model_posts import honours
from jifen.org import queries as org
from jifen.points import deciding, objecting
from jifen.points import service as points
from jifen.points.appraisal import service as appraisals
from jifen.points.attendance import gatherings
from jifen.points.attendance.gatherings import Mark, Sheet
from jifen.points.intake import service as intake
from jifen.points.intake.words import Kind
from jifen.points.service import Filing
from jifen.privacy import service as privacy
from jifen.volunteering.certificates import batches
from jifen.volunteering.certificates import service as issuing
from tests import city
from tests.api.doors import statements
from tests.decisions import objecting as kit
from tests.members.sheets import xlsx
from tests.model_posts.posts_town import applied, granted
from tests.points.sampling.test_sample_story import draw
from tests.volunteering import certificate_town as certificates
from tests.volunteering.hours_town import at as hours_at
from tests.volunteering.hours_town import credit, served
from tests.volunteering.test_hours_import import line, preview

FEW = 6
BALANCE = [
    ["姓名", "所在支部", "积分期间", "积分", "来源文件", "支委会纪要", "签字人"],
    ["陈国强", "机关第一党支部", "2026年1—2月", "5", "台账.xlsx", "3月2日支委会纪要7号", "吴敏"],
]


def report(town: city.City) -> int:
    return points.submit(
        Filing(item="志愿服务", occurred_on=clock.today() - dt.timedelta(days=1)), by=town.actor("member")
    ).id


def meeting(town: city.City) -> int:
    marks = {town.people["colleague"]: Mark("absent"), town.people["member"]: Mark("on_leave", "duty")}
    sheet = Sheet(branch_id=town.branch, item="A01", day=clock.today() - dt.timedelta(days=1), marks=marks)
    return gatherings.record(sheet, confirm=True, by=town.actor("secretary")).id


def objection(town: city.City) -> int:
    deciding.approve(report(town), by=town.actor("secretary"))
    listed = kit.list_of(town)
    wish = objecting.Wish(words="少记一次", publication_id=listed.id)
    return objecting.raise_(wish, by=town.actor("member")).id


def publication(town: city.City) -> int:
    return kit.list_of(town).id


def appraisal(town: city.City) -> int:
    return appraisals.start(town.branch, clock.today().year, by=town.actor("secretary")).id


def balances(town: city.City) -> int:
    return intake.preview(
        xlsx({"表": BALANCE}), Kind.BALANCES, file_name="表.xlsx", by=town.actor("deputy")
    ).batch_id


def roster(town: city.City) -> int:
    rows = [["姓名", "所在支部", "入党时间"], ["新来", "机关第一党支部", "2020-01-01"]]
    return imports.preview(
        xlsx({"表": rows}),
        file_name="表.xlsx",
        unit_code=org.unit(town.department).code,
        by=town.actor("office"),
    ).batch_id


def request(town: city.City) -> int:
    return privacy.ask(privacy.Wish(kind="correct", what="姓名", value="陈国壮"), by=town.actor("member")).id


def screen(town: city.City) -> int:
    return screens.show(town.people["member"], by=town.actor("secretary"))


def sample(town: city.City) -> None:
    deciding.approve(report(town), by=town.actor("secretary"))
    draw()


def project(town: city.City) -> int:
    tomorrow = clock.today() + dt.timedelta(days=1)
    need = planning.Need(
        unit_id=town.branch,
        kind="volunteer",
        title="社区清扫",
        place="幸福社区",
        starts_at=clock.at(tomorrow, 14),
        ends_at=clock.at(tomorrow, 16),
    )
    made = planning.plan(need, by=town.actor("secretary"))
    signing_up.join(made.id, by=town.actor("member"))
    return made.id


def service(town: city.City) -> int:
    credit(town, served(town, "secretary", hours_at(9), hours_at(11)), who="deputy")
    credit(town, served(town, "member", hours_at(6), hours_at(16)))
    return town.people["member"]


def certificate(town: city.City) -> int:
    certificates.entitle(town)
    certificates.served_two_hours(town)
    certificates.served_two_hours(town, "secretary", activity=8)
    return issuing.request(by=town.actor("member")).id


def printed(town: city.City) -> int:
    certificates.entitle(town)
    certificates.served_two_hours(town)
    return certificates.certified(town, to="print").id


def batch(town: city.City) -> int:
    certificates.entitle(town)
    certificates.served_two_hours(town)
    made = batches.start(town.branch, town.branch, by=town.actor("secretary"))
    list(batches.work(made.id, by=town.actor("secretary")))
    return made.id


def hours_sheet(town: city.City) -> int:
    return preview(town, line("陈国强")).batch_id


def model_post(town: city.City) -> int:
    return applied(town).id


def model_plate(town: city.City) -> int:
    return granted(town).id


def honour(town: city.City) -> None:
    award = honours.Award(
        member_id=town.people["secretary"],
        title="优秀共产党员",
        level="本单位",
        awarded_on=clock.today(),
        evidence="林党〔2026〕3号",
    )
    honours.enter(award, by=town.actor("deputy"))


def nothing(town: city.City) -> None:
    """The page needs nothing of its own."""


#: Asked by whom, which page, and what must be there first; ids by name.
PAGES: dict[tuple[str, str], Callable[[city.City], int | None]] = {
    ("secretary", "/console/"): report,
    ("secretary", "/console/account"): nothing,
    ("secretary", "/console/activities"): project,
    ("secretary", "/console/activities/new"): nothing,
    ("secretary", "/console/activities/{made}"): project,
    ("secretary", "/console/activities/{made}/screen"): project,
    ("secretary", "/console/appraisals"): appraisal,
    ("secretary", "/console/appraisals/{made}"): appraisal,
    ("secretary", "/console/appraisals/waiting"): appraisal,
    ("secretary", "/console/attendance"): meeting,
    ("secretary", "/console/attendance/{made}"): meeting,
    ("secretary", "/console/attendance/mine"): meeting,
    ("secretary", "/console/attendance/new"): nothing,
    ("deputy", "/console/attendance/waiting"): meeting,
    ("leader", "/console/audit"): report,
    ("office", "/console/bases"): city.minute,
    ("secretary", "/console/bindings"): nothing,
    ("secretary", "/console/bindings/screens/{made}"): screen,
    ("wc_office", "/console/burden"): nothing,
    ("leader", "/console/erasures"): nothing,
    ("organ", "/console/exemptions/again"): nothing,
    ("it", "/console/jobs"): nothing,
    ("secretary", "/console/community"): nothing,
    ("organ", "/console/community/units/{department}/result?year=2026"): nothing,
    ("secretary", "/console/hours"): service,
    ("secretary", "/console/hours/imports"): nothing,
    ("deputy", "/console/hours/imports/{made}"): hours_sheet,
    ("secretary", "/console/hours/late"): nothing,
    ("secretary", "/console/hours/member/{member}"): service,
    ("secretary", "/console/hours/unit"): service,
    ("secretary", "/console/hours/waiting"): service,
    ("secretary", "/console/certificates"): certificate,
    ("secretary", "/console/certificates/unit?state=requested"): certificate,
    ("secretary", "/console/certificates/waiting"): printed,
    ("secretary", "/console/certificates/{made}"): certificate,
    ("secretary", "/console/certificates/batches/{made}"): batch,
    ("leader", "/console/certificates/entitled"): certificate,
    ("secretary", "/console/honours"): honour,
    ("secretary", "/console/model-posts"): model_post,
    ("secretary", "/console/model-posts/{made}"): model_post,
    ("secretary", "/console/model-posts/{made}/plate"): model_plate,
    ("secretary", "/console/model-posts/new"): nothing,
    ("secretary", "/console/model-posts/waiting"): model_post,
    ("secretary", "/console/tell"): nothing,
    ("wc_office", "/console/sending"): nothing,
    ("secretary", "/console/lists"): nothing,
    ("leader", "/console/looks"): sample,
    ("secretary", "/console/manual"): city.minute,
    ("secretary", "/console/me"): request,
    ("secretary", "/console/me/data"): report,
    ("organ", "/console/objections"): objection,
    ("organ", "/console/objections/{made}"): objection,
    ("secretary", "/console/objections/new"): publication,
    ("office", "/console/people"): nothing,
    ("office", "/console/people/{member}"): nothing,
    ("office", "/console/periods"): nothing,
    ("secretary", "/console/publications/{made}"): publication,
    ("secretary", "/console/publications/{made}/notice"): publication,
    ("secretary", "/console/queue"): report,
    ("deputy", "/console/records"): balances,
    ("deputy", "/console/records/{made}"): balances,
    ("secretary", "/console/reports/{made}"): report,
    ("secretary", "/console/requests"): request,
    ("secretary", "/console/requests/{made}"): request,
    ("office", "/console/rosters"): roster,
    ("office", "/console/rosters/{made}"): roster,
    ("wc_office", "/console/rulebooks"): nothing,
    ("leader", "/console/rulebooks/{rulebook}"): nothing,
    (
        "wc_office",
        "/console/rulebooks/{rulebook}/dry-run?against_id={rulebook}&unit_id={department}",
    ): nothing,
    ("wc_office", "/console/samples"): sample,
    ("office", "/console/start-codes"): nothing,
    ("office", "/console/year-end"): nothing,
}


#: Pages that read more, and why.
MORE = {
    "/console/objections/{made}": 4,  # who decided before, the line, its entries, the items a correction may be of
    "/console/rosters/{made}": 3,  # the sheet's lines are matched anew with people and units
    "/console/records/{made}": 6,  # the sheet's lines are matched anew with people, rules and what counts already
    "/console/year-end": 2,  # three previews of as many rooms
    "/console/hours/waiting": 1,  # four kinds of matters wait, asked about one by one
    "/console/hours/imports/{made}": 6,  # the sheet's lines are matched anew with people and what counts already
    "/console/model-posts/{made}": 3,  # its people, what was said of it, what is asked, what citizens said
    # its claims and their time apart; who prints leaves a trace and is named
    "/console/community/units/{department}/result?year=2026": 6,
    "/console/me/data": 2,  # leaves its trace among the exports, and counts how often
}
#: What is no page, and what is seen before one has a name: their own tests.
FILES = {
    "/console/community/units/{}/result.xlsx",
    "/console/hours/unit/{}/hours.xlsx",
    "/console/certificates/{}/certificate.pdf",
    "/console/certificates/batches/{}/certificates.pdf",
    "/console/certificates/unit/{}/register.xlsx",
    "/console/photos/{}",
    "/console/appraisals/{}/summary.xlsx",
    "/console/me/data.json",
    "/console/me/data.xlsx",
    "/console/publications/{}/list.xlsx",
    "/console/records/template/{}",
    "/console/rosters/{}/numbers",
    "/console/rosters/template",
    "/console/static/console.css",
    "/console/static/place.js",
}
#: Where somebody comes back from WeCom, or goes there: a redirect.
WECOM = {"/console/wecom", "/console/wecom/back"}
NAMELESS = {"/console/factor", "/console/sign-in", "/console/start"}


@contextlib.contextmanager
def there(asked: tuple[str, str], town: city.City) -> Iterator[str]:
    """Make what a page needs and stay on its day; yields the address."""
    make = PAGES[asked]
    # Lists are shown in October.
    day = kit.SHOWN if make in (objection, publication) else clock.now()
    with time_machine.travel(day, tick=False):
        made = make(town)
        yield asked[1].format(made=made, rulebook=town.rulebook, department=town.department, **town.people)


@pytest.mark.parametrize("asked", PAGES, ids=lambda asked: f"{asked[0]} {asked[1]}")
def test_a_page_is_cheap(at_desk, town, asked):
    with there(asked, town) as address:
        walker = at_desk(asked[0])
        assert walker.open(address).status == 200, walker.text[:300]
        with statements() as seen:
            walker.open(address)
    lists = len(walker.root.all("table")) + sum(p["class"] == "empty" for p in walker.root.all("p"))
    assert len(seen) <= FEW + lists + MORE.get(asked[1], 0), "\n".join(seen)


def test_every_page_is_counted(app):
    pages = {
        re.sub(r"<[^>]*>", "{}", str(rule))
        for rule in app.url_map.iter_rules()
        if str(rule).startswith("/console") and "GET" in (rule.methods or ())
    }
    counted = {re.sub(r"\{\w+\}", "{}", address.partition("?")[0]) for _, address in PAGES}
    assert pages - counted - FILES - NAMELESS - WECOM == set()
    assert counted <= pages
