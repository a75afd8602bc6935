"""The month's end at the desk: see what waits, draw, publicise, print, correct."""

from __future__ import annotations

import datetime as dt

import pytest

from jifen.core import queue
from jifen.core.period import Period
from jifen.decisions import publicity, todo
from jifen.points.periods import rounds
from tests import city
from tests.console.conftest import signed_in
from tests.points.periods_town import deed, on

Q1 = Period.parse("2026Q1")


@pytest.fixture
def town(db):
    with on(dt.date(2026, 3, 2)):
        made = city.build()
        deed(made, "member", dt.date(2026, 3, 1))
    return made


@pytest.fixture
def april(app, town):
    with on(dt.date(2026, 4, 1)):
        rounds.begin(dt.date(2026, 4, 1))
        yield lambda who: signed_in(app, town.people[who])


def test_a_secretary_draws_and_publicises_in_two_clicks_and_prints(town, april):
    walker = april("secretary").open("/console/").follow("结算公示")
    assert "机关第一党支部" in walker.text
    assert "机关第二党支部" not in walker.text
    walker.press("现在生成名单")
    assert "名单已生成" in walker.text
    walker.press("公示")
    assert "公示中" in walker.text
    assert "4月1日 至 4月8日" in walker.text
    walker.follow("打印公示")
    assert "陈国强" in walker.text
    assert "10 个工作日内答复" in walker.text
    assert walker.clicks == 4


def test_a_list_that_waits_is_among_what_waits_for_its_deciders(town, april):
    rounds.close_one(town.branch, Q1, by=city.BY)

    def waits(who):
        return [
            (row.words, row.count) for row in todo.waiting(by=town.actor(who)) if row.subject == "publication"
        ]

    assert waits("secretary") == [("待公示的名单", 1)]
    assert [count for who in ("office", "other_secretary") for _, count in waits(who)] in ([], [0, 0])
    april("secretary").open("/console/periods").press("公示")
    assert [count for _, count in waits("secretary")] in ([], [0])


def test_an_office_sees_states_and_lets_all_be_drawn_in_the_background(town, april, monkeypatch):
    asked = []
    monkeypatch.setattr(queue, "defer", lambda name, **values: asked.append((name, values["unit_id"])))
    walker = april("office").open("/console/periods")
    assert "机关第二党支部" in walker.text
    walker.fill("周期", "2026Q1").press("生成全部名单")
    assert "已开始办理" in walker.text
    assert asked == [("periods.close", town.department)]


def test_a_period_that_still_runs_is_refused_in_words(town, april):
    walker = april("office").open("/console/periods")
    walker.fill("周期", "2026Q2").press("生成全部名单")
    assert "还没有结束" in walker.text


def test_a_revision_shows_the_difference(town, april):
    rounds.close_one(town.branch, Q1, by=city.BY)
    first = publicity.latest("points", town.branch, Q1.key)
    publicity.publicise(first.id, by=town.actor("secretary"))
    deed(town, "member", dt.date(2026, 3, 28))
    list(rounds.draw_due(dt.date(2026, 4, 1)))
    walker = april("secretary").open("/console/periods").follow("待公示")
    assert "与上一版不同" in walker.text
    walker.press("公示")
    assert "第 2 版" in walker.text


@pytest.mark.parametrize(
    ("who", "status"),
    [("secretary", 200), ("office", 200), ("other_secretary", 404)],
)
@pytest.mark.parametrize("page", ["", "/notice", "/list.xlsx"])
def test_who_opens_a_list(town, april, who, status, page):
    rounds.close_one(town.branch, Q1, by=city.BY)
    found = publicity.latest("points", town.branch, Q1.key)
    assert april(who).open(f"/console/publications/{found.id}{page}").status == status
