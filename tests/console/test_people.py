"""People, rulebooks, jobs and audit at the desk: what each may see and do, and nobody beyond his part."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from jifen.access.models import BindCode
from jifen.access.models_accounts import StartCode
from jifen.core import clock, days
from jifen.core.actor import Role
from jifen.core.settings import ROOT
from jifen.members import service as members
from jifen.members.models import Exemption, Member, Post, Transfer
from tests import city

TODAY = clock.today()
BOOK = (ROOT / "config" / "rulebooks" / "municipal-organs.toml").read_text(encoding="utf-8")


def number(db, town, who: str) -> str:
    return db.session.get(Member, town.people[who]).number


def test_a_secretary_finds_his_people_and_nobody_elses(db, at_desk, town):
    walker = at_desk("secretary").open("/console/").follow("人员")
    assert "林小梅" in walker.text
    assert "赵远" not in walker.text
    walker.fill("姓名或编号", "陈国").press("查找")
    assert [a.text for a in walker.root.all("td") if a.all("a")] == ["陈国强"]
    assert "没有找到" in walker.fill("姓名或编号", number(db, town, "stranger")).press("查找").text
    assert walker.open(f"/console/people/{town.people['stranger']}").status == 404


def test_an_office_gives_a_post_and_ends_it(db, at_desk, town):
    walker = at_desk("office").open("/console/people").follow("林小梅")
    walker.choose("在哪个组织", "机关第一党支部").choose("岗位", "积分管理员").press("登记")
    assert "任职已登记" in walker.text
    post = db.session.scalar(sa.select(Post).where(Post.member_id == town.people["colleague"]))
    assert (post.role, post.unit_id, post.since) == (Role.POINTS_RECORDER, town.branch, TODAY)
    walker.fill("从哪一天起不再任职", TODAY - dt.timedelta(days=1)).press("确定")
    assert walker.status == 422
    assert "免职日期应晚于任职日期" in walker.text
    walker.fill("从哪一天起不再任职", TODAY + dt.timedelta(days=1)).press("确定")
    db.session.refresh(post)
    assert post.until == TODAY + dt.timedelta(days=1)


def test_an_organ_committee_exempts_and_takes_it_back(db, at_desk, town):
    walker = at_desk("organ").open(f"/console/people/{town.people['colleague']}")
    walker.choose("情形", "借调").fill("到（不含当天）", TODAY + dt.timedelta(days=90))
    walker.fill("党员大会会议纪要编号", "纪要〔2026〕3号").press("批准")
    assert "已批准" in walker.text
    walker.press("撤销这项决定")
    row = db.session.scalar(sa.select(Exemption))
    assert (row.reason, row.revoked_by) == ("seconded", town.people["organ"])


def test_an_office_moves_somebody(db, at_desk, town):
    walker = at_desk("office").open(f"/console/people/{town.people['colleague']}")
    walker.choose("转入哪个支部", "机关第二党支部").fill("介绍信编号", "介2026-7").press("办理转接")
    row = db.session.scalar(sa.select(Transfer))
    assert (row.to_branch_id, row.letter) == (town.other_branch, "介2026-7")


def test_slips_are_printed_once(db, at_desk, town):
    walker = at_desk("secretary").open(f"/console/people/{town.people['colleague']}")
    button = next(b for b in walker.root.all("button") if "纸条" in b.text)
    data = walker.data_of(button.up("form"))
    path = f"/console/people/{town.people['colleague']}/slip"
    first, second = (walker.client.post(path, data=data) for _ in range(2))
    assert first.text == second.text
    assert "绑定" in first.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(BindCode)) == 1

    office = at_desk("office").open("/console/").follow("登录码").fill("编号", number(db, town, "secretary"))
    assert "工作台登录码" in office.press("打印登录码").text
    assert db.session.scalar(sa.select(StartCode.issued_by)) == town.people["office"]


#: Page or form (``{…}`` from the small city), who is refused, and what he is sent if it is a form.
REFUSED = [
    ("secretary", "/people/{stranger}", None),
    ("it", "/people/{member}", None),
    ("secretary", "/people/{stranger}/slip", {}),
    (
        "secretary",
        "/people/{colleague}/posts",
        {"unit_id": "{branch}", "role": "cell_leader", "since": "2026-01-01"},
    ),
    (
        "other_secretary",
        "/people/{colleague}/posts",
        {"unit_id": "{branch}", "role": "it", "since": "2026-01-01"},
    ),
    (
        "office",
        "/people/{colleague}/posts",
        {"unit_id": "{committee}", "role": "wc_office", "since": "2026-01-01"},
    ),
    (
        "office",
        "/people/{office}/posts",
        {"unit_id": "{department}", "role": "organ_committee", "since": "2026-01-01"},
    ),
    ("secretary", "/people/{deputy}/posts/{post}/end", {"on": "2030-01-01"}),
    (
        "office",
        "/people/{colleague}/exemptions",
        {"reason": "age", "since": "2026-01-01", "until": "2027-01-01", "minute": "1"},
    ),
    (
        "secretary",
        "/people/{colleague}/transfers",
        {"to_branch_id": "{other_branch}", "on": "2030-01-01", "letter": "1"},
    ),
    ("office", "/rulebooks/{rulebook}/activate", {}),
    ("office", "/rulebooks", {"text": BOOK, "act": "load"}),
    (
        "office",
        "/rulebooks/assignments",
        {"unit_id": "{branch}", "rulebook_code": "x", "since": "2026-01-01"},
    ),
    ("secretary", "/rulebooks/{rulebook}/dry-run?against_id={rulebook}&unit_id={other_branch}", None),
    ("office", "/audit", None),
    ("wc_office", "/audit", None),
    ("office", "/jobs", None),
    ("secretary", "/jobs", None),
]


@pytest.mark.parametrize("case", REFUSED, ids=lambda c: f"{c[0]} {c[1]}")
def test_nobody_reaches_beyond_his_part(db, at_desk, town, case):
    who, path, data = case
    post = db.session.scalar(sa.select(Post.id).where(Post.member_id == town.people["deputy"]))
    known = town.people | {"branch": town.branch, "other_branch": town.other_branch, "post": post}
    known |= {"department": town.department, "committee": town.committee, "rulebook": town.rulebook}
    walker = at_desk(who)
    before = [
        db.session.scalar(sa.text(f"SELECT count(*) FROM {t}")) for t in ("post", "audit_entry", "exemption")
    ]
    path = "/console" + path.format(**known)
    if data is None:
        assert walker.open(path).status in (403, 404)
    else:
        walker.open("/console/account")
        csrf = walker.data_of(walker.root.all("form")[0])["_csrf"]
        sent = {name: value.format(**known) if name != "text" else value for name, value in data.items()}
        assert walker.client.post(path, data=sent | {"_csrf": csrf}).status_code in (403, 404)
    after = [
        db.session.scalar(sa.text(f"SELECT count(*) FROM {t}")) for t in ("post", "audit_entry", "exemption")
    ]
    assert after == before


def test_a_rulebook_is_checked_loaded_activated_and_tried(at_desk, town):
    walker = at_desk("leader").open("/console/").follow("积分办法")
    assert "municipal-organs" not in walker.text
    worse = BOOK.replace('version = "', 'version = "x', 1)
    walker.upload("积分办法文件", "book.toml", ("[rulebook\n" + worse).encode()).press("检查")
    assert "错误，须改正" in walker.text
    walker.open("/console/rulebooks").upload("积分办法文件", "book.toml", worse.encode()).press("载入")
    assert "已载入" in walker.text
    assert "未启用" in walker.text
    walker.press("试算")
    assert "什么也没有写入" in walker.text
    walker.follow("返回这一版").press("启用这一版")
    assert f"已有一版从{days.spoken(dt.date(2026, 1, 1))}起施行" in walker.text
    later = worse.replace('version = "x', 'version = "y', 1).replace("2026-01-01", "2027-01-01", 1)
    walker.open("/console/rulebooks").upload("积分办法文件", "book.toml", later.encode()).press("载入")
    assert "已启用" in walker.press("启用这一版").text


def test_a_file_that_is_no_text_is_refused_where_it_was_chosen(at_desk):
    walker = at_desk("leader").open("/console/rulebooks")
    walker.upload("积分办法文件", "book.toml", b"\xff\xfe\x00").press("检查")
    assert walker.status == 422
    assert "UTF-8" in walker.text
    assert walker.press("检查").status == 422


def test_the_administrator_sees_jobs_and_no_people(at_desk):
    walker = at_desk("it").open("/console/").follow("后台任务")
    assert "进程" in walker.text
    assert "人员" not in [a.text for a in walker.root.all("a")]


def test_the_audit_shows_acts_without_names(at_desk, town):
    members.appoint(town.people["colleague"], town.branch, Role.CELL_LEADER, since=TODAY, by=city.BY)
    walker = at_desk("leader").open("/console/").follow("审计")
    assert "任职登记" in walker.text
    assert "post.appoint" not in walker.text
    assert "林小梅" not in walker.text
    walker.choose("对象种类", "组织").press("查看")
    assert "任职登记" not in walker.text


def test_a_rulebook_is_read_without_its_file(at_desk, town):
    page = at_desk("secretary").open(f"/console/rulebooks/{town.rulebook}")

    row = next(row.text for row in page.root.all("tr") if "志愿服务" in row.text)
    assert "每小时" in row
    assert "分" in row
    assert page.root.all("details")[-1].all("pre"), "the file itself waits behind a fold"
