"""The platform's rules, as its API states them."""

import pytest

from bot.simulator.app import create_app
from bot.simulator.clock import Clock
from tests.simulator.kit import ACCOUNTS, SHARED, Product, serve, world_for

OPENID, OTHER = ACCOUNTS[0]["openid"], ACCOUNTS[1]["openid"]
TEMPLATE = "TPL_REMIND_0001"


@pytest.fixture
def clock():
    return Clock(1_790_000_000)


@pytest.fixture
def product():
    return Product()


@pytest.fixture
def world(product, tmp_path, clock):
    with serve(product.app) as url:
        yield world_for(f"{url}/wechat", tmp_path, clock=clock)


@pytest.fixture
def api(world):
    return create_app(world).test_client()


@pytest.fixture
def token(api):
    return stable(api)["access_token"]


def stable(api, **changed):
    body = {"grant_type": "client_credential", "appid": SHARED.app_id, "secret": SHARED.secret} | changed
    return api.post("/cgi-bin/stable_token", json=body).get_json(force=True)


def classic(api, **changed):
    query = {"grant_type": "client_credential", "appid": SHARED.app_id, "secret": SHARED.secret} | changed
    return api.get("/cgi-bin/token", query_string=query).get_json(force=True)


def custom(api, token, text="您好", to=OPENID):
    body = {"touser": to, "msgtype": "text", "text": {"content": text}}
    return api.post(f"/cgi-bin/message/custom/send?access_token={token}", json=body).get_json(force=True)


def template(api, token, data=None, **changed):
    body = {
        "touser": OPENID,
        "template_id": TEMPLATE,
        "data": data or {"thing1": {"value": "补充材料"}},
    } | changed
    return api.post(f"/cgi-bin/message/template/send?access_token={token}", json=body).get_json(force=True)


def test_an_error_looks_like_the_platform_s(api):
    answer = api.post("/cgi-bin/message/custom/send", json={})
    assert (answer.status_code, answer.mimetype) == (200, "text/plain")
    error = answer.get_json(force=True)
    assert error["errcode"] == 41001
    assert " rid: 68000000-00000000-" in error["errmsg"]


def test_the_stable_token_stays_the_same_until_shortly_before_its_end(api, clock):
    first = stable(api)
    assert first["expires_in"] == 7200
    clock.advance(6800)
    assert stable(api) == {"access_token": first["access_token"], "expires_in": 400}
    clock.advance(100)
    second = stable(api)
    assert second["access_token"] != first["access_token"]
    for token in (first["access_token"], second["access_token"]):
        assert custom(api, token)["errcode"] == 45015
    clock.advance(301)
    assert custom(api, first["access_token"])["errcode"] == 42001


def test_forcing_ends_the_stable_token(api, token):
    assert stable(api, force_refresh=True)["access_token"] != token
    assert custom(api, token)["errcode"] == 40001


def test_each_classic_token_ends_the_one_before_but_not_the_stable_one(api, token):
    first, second = classic(api)["access_token"], classic(api)["access_token"]
    assert custom(api, first)["errcode"] == 40001
    assert custom(api, second)["errcode"] == 45015
    assert custom(api, token)["errcode"] == 45015


@pytest.mark.parametrize("fetch", [stable, classic])
@pytest.mark.parametrize(
    ("changed", "code"),
    [({"appid": "wx0"}, 40013), ({"secret": "guess"}, 40125), ({"grant_type": "password"}, 40002)],
)
def test_tokens_are_for_the_owner(api, fetch, changed, code):
    assert fetch(api, **changed)["errcode"] == code


def test_customer_messages_five_after_a_message_within_48_hours(api, world, token, clock):
    assert custom(api, token)["errcode"] == 45015
    world.say(OPENID, "在吗").result(10)
    assert [custom(api, token, str(n))["errcode"] for n in range(6)] == [0, 0, 0, 0, 0, 45047]
    assert custom(api, token, to=OTHER)["errcode"] == 45015
    assert [b.text for b in world.look(OPENID)[0] if b.side == "bot"][-5:] == ["0", "1", "2", "3", "4"]
    world.say(OPENID, "还在吗").result(10)
    assert custom(api, token)["errcode"] == 0
    clock.advance(48 * 3600)
    assert custom(api, stable(api)["access_token"])["errcode"] == 45015


def test_customer_messages_three_within_a_minute_of_following(api, world, token, clock):
    world.follow(OPENID, wanted=True).result(10)
    assert [custom(api, token)["errcode"] for _ in range(4)] == [0, 0, 0, 45047]
    clock.advance(61)
    assert custom(api, token)["errcode"] == 45015


def test_who_left_gets_nothing(api, world, token):
    world.say(OPENID, "再见").result(10)
    world.follow(OPENID, wanted=False).result(10)
    assert custom(api, token)["errcode"] == 45015
    assert template(api, token)["errcode"] == 43004


@pytest.mark.parametrize("text", ["", "汉" * 683, None])
def test_customer_texts_have_a_size(api, world, token, text):
    world.say(OPENID, "在吗").result(10)
    assert custom(api, token, text)["errcode"] in (45002, 40008)


def test_a_template_message_shows_and_its_end_is_told(api, world, product, token):
    answer = template(
        api,
        token,
        {
            "first": {"value": "忽略"},
            "thing1": {"value": "补充材料"},
            "time2": {"value": "2026年3月5日 09:00"},
        },
    )
    assert answer["errcode"] == 0
    notice = world.look(OPENID)[0][-1]
    assert (notice.side, notice.lines) == ("notice", (("事项", "补充材料"), ("时间", "2026年3月5日 09:00")))
    world.say(OPENID, "收到").result(10)  # deliveries of one person keep their order
    finished = product.seen[0]
    assert (finished.event, finished.msg_id, finished.status) == (
        "TEMPLATESENDJOBFINISH",
        str(answer["msgid"]),
        "success",
    )


def test_a_client_msg_id_is_sent_once_in_ten_minutes(api, world, token, clock):
    first = template(api, token, client_msg_id="notice-7")
    assert template(api, token, client_msg_id="notice-7") == first
    assert len(world.look(OPENID)[0]) == 1
    assert template(api, token, client_msg_id="notice-8")["msgid"] != first["msgid"]
    clock.advance(601)
    assert template(api, token, client_msg_id="notice-7")["msgid"] != first["msgid"]
    assert len(world.look(OPENID)[0]) == 3


def test_without_one_the_same_words_are_refused_for_a_minute(api, token, clock):
    assert template(api, token)["errcode"] == 0
    assert template(api, token)["errcode"] == 40241
    assert template(api, token, {"thing1": {"value": "另一件事"}})["errcode"] == 0
    clock.advance(61)
    assert template(api, token)["errcode"] == 0


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        pytest.param("thing1", "字" * 21, "data.thing1.value invalid", id="thing too long"),
        pytest.param("thing1", "两\n行", "data.thing1.value invalid", id="two lines"),
        pytest.param("thing1", "", "data.thing1.value is empty", id="empty"),
        pytest.param("thing1", 7, "data.thing1.value invalid", id="not text"),
        pytest.param("phrase3", "六个汉字太长", "data.phrase3.value invalid", id="phrase too long"),
        pytest.param(
            "character_string4", "编号", "data.character_string4.value invalid", id="Chinese in a code"
        ),
        pytest.param("number5", "三", "data.number5.value invalid", id="number in words"),
        pytest.param("date6", "明天", "data.date6.value invalid", id="day in words"),
        pytest.param("time7", "2026年3月5日09:00", "data.time7.value invalid", id="no space in a time"),
        pytest.param("first", "老字段", "data is empty", id="nothing but an old field"),
    ],
)
def test_fields_are_checked_by_their_type(api, token, field, value, said):
    error = template(api, token, {field: {"value": value}})
    assert error["errcode"] == 47003
    assert said in error["errmsg"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("time1", "2026年3月5日"),
        ("time1", "2026-03-05 09:00 ~ 2026-03-05 20:00"),
        ("time1", "09:00~20:00"),
        ("date2", "2026/3/5"),
        ("number3", "-2.5"),
        ("phrase4", "待处理"),
        ("character_string5", "No.42"),
        ("name6", "王建国"),
        ("const7", "志愿服务"),
    ],
)
def test_fields_of_their_type_are_taken(api, token, field, value):
    assert template(api, token, {field: {"value": value}})["errcode"] == 0


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        pytest.param({"template_id": ""}, 40037, id="no template"),
        pytest.param({"template_id": None}, 40037, id="template not text"),
        pytest.param({"touser": "o" * 28}, 40003, id="unknown openid"),
        pytest.param({"touser": 7}, 40003, id="openid not text"),
        pytest.param({"client_msg_id": ""}, 47003, id="empty id"),
        pytest.param({"data": "x"}, 47003, id="data not an object"),
    ],
)
def test_template_arguments(api, token, changed, code):
    assert template(api, token, **changed)["errcode"] == code


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff"])
def test_what_is_not_json(api, token, body):
    for path in ("message/template/send", "message/custom/send"):
        answer = api.post(f"/cgi-bin/{path}?access_token={token}", data=body)
        assert answer.get_json(force=True)["errcode"] == 47001
    assert api.post("/cgi-bin/stable_token", data=body).get_json(force=True)["errcode"] == 47001
