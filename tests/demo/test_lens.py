"""What the simulator's lens sees: the codes that are there right now, and no others."""

import pytest

from jifen.activities import checking_in, planning
from jifen.core.actor import Door
from jifen.demo import lens
from jifen.model_posts import reviewing
from tests import city
from tests.activities.town import at, need
from tests.model_posts.posts_town import at as day
from tests.model_posts.posts_town import granted
from tests.volunteering.certificate_town import certified, entitle, served_two_hours


@pytest.fixture
def town(db):
    return city.build()


def where(kind: str) -> list[lens.Sight]:
    return [one for one in lens.seen() if one.where == kind]


def test_a_screen_is_there_while_its_check_in_is_open(town):
    with at(9):
        made = planning.plan(need(town), by=town.actor("secretary"))
        cancelled = planning.plan(need(town, title="取消的"), by=town.actor("secretary"))
        planning.cancel(cancelled.id, by=town.actor("secretary"))
        assert lens.seen() == []
    with at(13, 50):
        first, last = where("签到屏幕")
        assert (first.words, last.words) == (
            "社区清扫（机关第一党支部）签到",
            "社区清扫（机关第一党支部）签退",
        )
        checking_in.by_scan(first.content, by=town.actor("member", Door.PHONE))
    with at(15, 59):
        done = checking_in.by_scan(where("签到屏幕")[1].content, by=town.actor("member", Door.PHONE))
        assert (done.activity_id, done.purpose) == (made.id, "out")
    with at(16, 1):
        assert lens.seen() == []


def test_a_plate_is_there_while_it_hangs(db):
    with day():
        town = city.build()
        row = granted(town)
        assert [(one.words, one.content.rsplit("/", 1)[1]) for one in where("牌子")] == [
            (f"{row.plate} 林权登记岗", row.public_id)
        ]
        reviewing.withdraw(row.id, reason="不再符合条件", by=town.actor("organ"))
        assert where("牌子") == []


def test_a_certificate_is_there_once_it_is_printed(town):
    entitle(town)
    served_two_hours(town)
    row = certified(town, to="print")
    assert [(one.words, one.content.rsplit("/", 1)[1]) for one in where("证明")] == [
        ("志愿服务记录证明（已打印，待签发）", row.number)
    ]
