"""The product under everything that the platform does: each fault of the script, on one clock, seeded.

One stage for all scenarios; each begins a day or more after the last one ended.
"""

import io

import pytest
import sqlalchemy as sa
from PIL import Image
from PIL.ExifTags import IFD

from bot import outbound
from bot.simulator import photos
from bot.simulator.push import UNAVAILABLE
from bot.simulator.rules.templates import Template
from jifen.core import clock
from jifen.core.db import transaction
from jifen.files import storage
from jifen.files.models import Photo
from jifen.notices import reach, sending
from jifen.notices.models import NoticeConsent, NoticeReach
from jifen.points import photos as evidence
from jifen.points import service
from jifen.points.service import Filing
from tests.conftest import own_database
from tests.simulator.together import together

DAY = 86400
TOKEN, SEND = "/cgi-bin/stable_token", "/cgi-bin/message/template/send"


@pytest.fixture(scope="module")
def played(settings, cluster, template, tmp_path_factory):
    folder = tmp_path_factory.mktemp("stage")
    with own_database(cluster, template) as database, together(settings, database, folder) as stage:
        yield stage


@pytest.fixture
def stage(played, monkeypatch):
    """The stage with nothing wrong, at ten in the morning of another day."""
    # The faults are the platform's; how long we wait for one of them only costs the suite time.
    monkeypatch.setattr("jifen.wechat.transport.TIMEOUT", (2.0, 0.6))
    played.world.script.clear()
    since = played.world.clock() % DAY
    played.world.clock.advance(2 * DAY - since + 2 * 3600)
    return played


# --- what reaches the product -------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "more", "copies"),
    [
        pytest.param("duplicate", {"copies": 3}, 3, id="the same delivery three times"),
        pytest.param("concurrent", {"copies": 3}, 3, id="three copies at once"),
        pytest.param("concurrent", {"copies": 8}, 8, id="eight copies at once"),
        pytest.param("lost", {"times": 1}, 2, id="one answer lost"),
        pytest.param("lost", {"times": 2}, 3, id="two answers lost"),
        pytest.param("delay", {"seconds": 900}, 1, id="a quarter of an hour late"),
        pytest.param("skew", {"seconds": 1200}, 1, id="the platform twenty minutes ahead"),
        pytest.param("skew", {"seconds": -1200}, 1, id="the platform twenty minutes behind"),
    ],
)
def test_a_report_is_one_report_and_has_one_answer(stage, what, more, copies):
    stage.world.script.add("push", what, **more)
    before = stage.reports()
    outcome = stage.report()
    assert (outcome.fault, outcome.copies) == (None, copies)
    assert len(set(outcome.answers)) == 1
    assert "编号" in outcome.text
    assert stage.reports() == before + 1


def test_three_answers_lost_show_the_outage_and_the_report_stands(stage):
    stage.world.script.add("push", "lost", times=3)
    before = stage.reports()
    outcome = stage.report()
    assert (outcome.text, outcome.copies) == (None, 3)
    assert stage.world.look(stage.openids["member"])[0][-1].text == UNAVAILABLE
    assert stage.reports() == before + 1
    # He sends it again, as anybody would: it is the same deed.
    again = stage.say("上报 志愿服务 昨天 1小时")
    assert "已上报过" in again.text
    assert stage.reports() == before + 1


def test_two_reports_out_of_order_are_two_reports(stage):
    before = stage.reports()
    stage.world.script.add("push", "reorder")
    sent = [
        stage.world.say(stage.openids["member"], f"上报 志愿服务 {day} 1小时") for day in ("昨天", "前天")
    ]
    assert ["编号" in one.result(30).text for one in sent] == [True, True]
    assert stage.reports() == before + 2


def test_while_nothing_is_pushed_nothing_happens_and_then_all_goes_on(stage):
    stage.world.script.add("push", "markfail")
    before = stage.reports()
    assert stage.report().copies == 0
    assert stage.reports() == before
    stage.world.clock.advance(60)
    assert "编号" in stage.report().text
    assert stage.reports() == before + 1


def test_what_is_forged_does_nothing(stage):
    world, before = stage.world, stage.reports()
    honest = world._pusher.shared
    try:
        for wrong in ({"token": "another"}, {"aes_key": "z" * 43}, {"app_id": "wx0000000000000000"}):
            fields = {
                name: getattr(honest, name) for name in ("app_id", "secret", "token", "aes_key", "mode")
            }
            world._pusher.shared = type(honest)(**(fields | wrong))
            assert stage.report().text is None
    finally:
        world._pusher.shared = honest
    assert stage.reports() == before


# --- what the product sends ---------------------------------------------------------


@pytest.mark.parametrize(
    ("faults", "state"),
    [
        pytest.param([], "accepted", id="nothing wrong"),
        pytest.param([("errcode", {"code": 40001})], "accepted", id="40001 once"),
        pytest.param([("errcode", {"code": -1, "times": 2})], "accepted", id="-1 twice"),
        pytest.param([("errcode", {"code": 45011})], "accepted", id="45011"),
        pytest.param([("errcode", {"code": 45009})], "accepted", id="45009, and the next day"),
        pytest.param([("errcode", {"code": 47003, "times": None})], "waits", id="47003"),
        pytest.param([("delay", {"seconds": 0.3})], "accepted", id="late"),
        pytest.param([("delay", {"seconds": 1.2})], "accepted", id="later than we wait, and done"),
        pytest.param([("hang", {"seconds": 1.5})], "accepted", id="a hang, and not done"),
        pytest.param([("reset", {})], "accepted", id="cut in the middle of the answer"),
        pytest.param([("html", {})], "accepted", id="a web page"),
        pytest.param([("http", {"code": 502, "times": 2})], "accepted", id="502 twice"),
        pytest.param([("truncated", {})], "accepted", id="half an answer"),
        pytest.param([("lost", {})], "accepted", id="accepted, and the answer lost"),
        pytest.param([("lost", {"times": 2})], "accepted", id="accepted, and two answers lost"),
        pytest.param(
            [("lost", {}), ("errcode", {"code": -1}), ("http", {"code": 503})],
            "accepted",
            id="one after the other",
        ),
    ],
)
def test_a_notice_arrives_once_or_is_told_to_have_failed(stage, request, faults, state):
    for what, more in faults:
        stage.world.script.add(SEND, what, **more)
    before, key = stage.shown(), f"scenario:{request.node.callspec.id}"[:80]
    stage.owe(key)
    stage.settle()
    # The end of a message that arrived is told by an event, which may still be on its way.
    assert stage.notice(key).state in {state, "delivered" if state == "accepted" else state}
    assert stage.shown() == before + (state == "accepted")


def test_a_token_that_is_never_taken_costs_few_calls(stage):
    stage.world.script.add("message/*", "errcode", code=40001, times=None)
    before, tokens = stage.shown(), stage.calls(TOKEN)
    for n in range(20):
        stage.owe(f"never:{n}")
    while sending.send_some():
        pass
    assert stage.calls(TOKEN) - tokens <= 3
    struck = stage.world.script.listed()[0].struck
    assert struck <= 6
    assert stage.shown() == before
    # When it is mended, all of them arrive, each once, or are told to have failed.
    stage.world.script.clear()
    stage.settle()
    states = {stage.notice(f"never:{n}").state for n in range(20)}
    assert states <= {"accepted", "delivered", "failed", "waits"}
    arrived = sum(stage.notice(f"never:{n}").state in ("accepted", "delivered") for n in range(20))
    assert stage.shown() == before + arrived
    assert arrived >= 15


def test_tokens_that_end_before_their_time_cost_one_more_call(stage):
    stage.owe("fresh")
    stage.settle()
    tokens, sends = stage.calls(TOKEN), stage.calls(SEND)
    stage.world.tokens.end_all()
    stage.owe("ended")
    stage.settle()
    assert stage.notice("ended").state in ("accepted", "delivered")
    assert stage.calls(TOKEN) - tokens <= 2
    assert stage.calls(SEND) - sends == 1


def test_a_day_s_quota_is_respected_and_the_rest_leaves_the_next_day(stage):
    limits = stage.world.quotas.limits
    before, held = stage.shown(), limits[SEND]
    limits[SEND] = stage.calls(SEND) + 3
    try:
        for n in range(8):
            stage.owe(f"quota:{n}")
        from jifen.notices import sending

        while sending.send_some():
            pass
        assert stage.shown() == before + 3
        limits[SEND] = 1000
        stage.settle()
    finally:
        limits[SEND] = held
    assert {stage.notice(f"quota:{n}").state for n in range(8)} <= {"accepted", "delivered"}
    assert stage.shown() == before + 8


@pytest.mark.parametrize("status", ["failed:user block", "failed: system failed"])
def test_a_message_that_did_not_arrive_goes_another_way(stage, status):
    world, member, key = stage.world, stage.openids["member"], f"ended:{status}"
    stage.say("我的积分")  # for two days customer messages may follow
    world.script.add("finish", "finish", status=status, openid=member)
    before = len(world.look(member)[0])
    stage.owe(key)
    sending.send_some()  # once: its end may be told before a second look, which would send it the other way
    stage.told_of_the_end(key)
    assert (stage.notice(key).state, stage.notice(key).tried) == ("queued", ["template"])
    stage.settle()
    assert (stage.notice(key).state, stage.notice(key).channel) == ("accepted", "customer")
    shown = world.look(member)[0][before:]
    assert [bubble.side for bubble in shown] == ["bot"]
    # Who blocks them is not sent one again; what only failed once is tried as before.
    sends = stage.calls(SEND)
    stage.owe(f"{key}:next")
    stage.settle()
    blocked = status == "failed:user block"
    assert stage.calls(SEND) - sends == (0 if blocked else 1)
    assert stage.notice(f"{key}:next").channel == ("customer" if blocked else "template")
    with transaction() as session:
        row = session.get(NoticeReach, stage.town.people["member"], populate_existing=True)
        assert ("template" in row.blocked) is blocked
        row.blocked = []


def test_what_was_agreed_and_did_not_arrive_goes_another_way_and_is_used_up(stage, monkeypatch):
    world, member = stage.world, stage.openids["member"]
    notice = Template("ONCE_ACCOUNT", "账号提醒", {"thing1": "事项", "time3": "时间"}, notice=True)
    world.templates.give([notice], strict=False)
    usual = outbound.templates()["account_changed"]
    listed = outbound.templates() | {"account_changed": usual | {"once_id": notice.id}}
    monkeypatch.setattr(outbound, "templates", lambda: listed)
    world.agree(member, [(notice.id, True)]).result(30)
    world.script.add("finish", "finish", status="failed", openid=member)
    stage.owe("agreed")
    sending.send_some()
    stage.told_of_the_end("agreed")
    stage.settle()
    assert stage.notice("agreed").tried == ["once"]
    assert (stage.notice("agreed").state, stage.notice("agreed").channel) in (
        ("accepted", "template"),
        ("delivered", "template"),
    )
    with transaction() as session:
        [left] = session.scalars(sa.select(NoticeConsent.left).where(NoticeConsent.template_id == notice.id))
    assert left == world.consents.left(member, notice.id) == 0


def test_who_came_back_unheard_is_found_by_what_he_writes(stage):
    member, before = stage.openids["member"], stage.shown()
    stage.world.follow(member, wanted=False).result(30)
    stage.world.clock.advance(60)
    stage.world.phone(member).followed = True  # he is back, and WeChat's word of it never arrives
    stage.owe("unheard")
    stage.settle()
    assert (stage.notice("unheard").state, stage.shown()) == ("waits", before)
    stage.world.clock.advance(60)
    assert "分" in stage.say("我的积分").text
    reach.flush()
    stage.owe("heard")
    stage.settle()
    assert stage.notice("heard").channel == "template", stage.notice("heard").reason
    assert stage.shown() == before + 1


def test_who_left_gets_nothing_and_keeps_his_reports(stage):
    reports, before = stage.reports(), stage.shown()
    stage.world.follow(stage.openids["member"], wanted=False).result(30)
    stage.owe("left")
    stage.settle()
    assert stage.notice("left").state == "waits"
    assert (stage.shown(), stage.reports()) == (before, reports)
    stage.world.follow(stage.openids["member"], wanted=True).result(30)
    assert "分" in stage.say("我的积分").text
    stage.owe("back")
    stage.settle()
    assert stage.shown() == before + 1


def test_chance_struck_by_seed_loses_and_doubles_nothing(stage):
    """A bad day: a third of all sends and pushes goes wrong one way or another."""
    for what, more in (("errcode", {"code": -1}), ("lost", {}), ("http", {"code": 502}), ("truncated", {})):
        stage.world.script.add(SEND, what, times=None, chance=0.1, **more)
    stage.world.script.add("push", "lost", times=None, chance=0.2)
    stage.world.script.add("push", "concurrent", times=None, chance=0.2, copies=3)
    before, reports = stage.shown(), stage.reports()
    for n in range(12):
        stage.owe(f"bad day:{n}")
        assert stage.report().fault is None
    stage.settle()
    done = [stage.notice(f"bad day:{n}").state for n in range(12)]
    assert set(done) <= {"accepted", "delivered", "failed", "unknown", "waits"}
    sure = sum(state in ("accepted", "delivered") for state in done)
    assert sure <= stage.shown() - before <= 12 - done.count("failed") - done.count("waits")
    assert stage.reports() == reports + 12


# --- photos --------------------------------------------------------------------------

MEDIA = "/cgi-bin/media/get"


def photo_of_a_report(stage, number):
    """Report an honour, whose basis asks for photos, and send one; return the photo's id."""
    filing = Filing(item="E01", occurred_on=clock.today(), evidence=f"证书{number}号", level="市级")
    service.submit(filing, by=stage.town.actor("member"))
    sample = photos.sample(number, taken=stage.world.clock())
    assert stage.world.photo(stage.openids["member"], sample).result(30).fault is None
    with transaction() as session:
        return session.scalar(sa.select(sa.func.max(Photo.id)))


def settled(stage, photo_id):
    """Fetch what is due, and move the clock on, until the photo is settled; return its state and name."""
    for _ in range(100):
        evidence.fetch_due()
        with transaction() as session:
            state, name, due = session.execute(
                sa.select(Photo.state, Photo.name, Photo.next_at).where(Photo.id == photo_id)
            ).one()
        if state != "awaited":
            return state, name
        stage.world.clock.set(max(stage.world.clock(), due.timestamp() if due else 0) + 1)
    raise AssertionError("a photo is awaited for ever")


@pytest.mark.parametrize(
    ("number", "what", "more"),
    [
        (1, "errcode", {"code": -1, "times": 3}),
        (2, "errcode", {"code": 40001}),
        (3, "http", {"code": 502, "times": 2}),
        (4, "html", {}),
        (5, "reset", {"times": 2}),
        (6, "lost", {}),
        (8, "hang", {"seconds": 1.5}),
        (9, "delay", {"seconds": 0.3}),
    ],
)
def test_a_photo_arrives_whole_and_without_its_place(stage, number, what, more):
    stage.world.script.add(MEDIA, what, **more)
    state, name = settled(stage, photo_of_a_report(stage, number))
    assert state == "stored"
    assert stage.world.script.listed()[0].spent
    kept = Image.open(io.BytesIO(storage.of_house().get(name)))
    kept.load()
    assert dict(kept.getexif().get_ifd(IFD.GPSInfo)) == {}


def test_a_photo_that_cannot_be_fetched_for_three_days_is_asked_for_again(stage):
    stage.settle()
    stage.world.script.add(MEDIA, "http", code=502, times=None)
    photo_id = photo_of_a_report(stage, 20)
    assert settled(stage, photo_id) == ("expired", None)
    stage.world.script.clear()
    before = stage.shown()
    stage.settle()
    assert stage.shown() == before + 1


def test_the_platform_forgets_a_photo_sooner(stage):
    photo_id = photo_of_a_report(stage, 21)
    stage.world.script.add(MEDIA, "errcode", code=40007)
    assert settled(stage, photo_id) == ("expired", None)


def test_half_a_photo_is_not_kept(stage):
    photo_id = photo_of_a_report(stage, 22)
    stage.world.script.add(MEDIA, "truncated")
    assert settled(stage, photo_id) == ("unfit", None)
