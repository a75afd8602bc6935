"""The rest of the platform's API: material, codes, menus, tags, people, sign-in, quotas, WeCom."""

import io

import pytest

from bot.simulator.app import create_app
from bot.simulator.clock import Clock
from bot.simulator.rules.templates import Template, written_in
from tests.simulator.kit import ACCOUNTS, SHARED, Product, serve, world_for

OPENID, OTHER = ACCOUNTS[0]["openid"], ACCOUNTS[1]["openid"]
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
DAY = 86400


@pytest.fixture
def clock():
    return Clock(1_790_000_000)


@pytest.fixture
def world(tmp_path, clock):
    with serve(Product().app) as url:
        yield world_for(f"{url}/wechat", tmp_path, clock=clock, seed=7)


class Api:
    """The API as the account's owner calls it."""

    def __init__(self, world):
        self.world = world
        self.http = create_app(world).test_client()

    def post(self, path, body=None, **query):
        query.setdefault("access_token", self.token())
        return self.http.post(self._full(path), json=body or {}, query_string=query).get_json(force=True)

    def get(self, path, **query):
        return self.raw(path, **query).get_json(force=True)

    def raw(self, path, **query):
        query.setdefault("access_token", self.token())
        return self.http.get(self._full(path), query_string=query)

    def upload(self, kind, content=PNG):
        query = {"access_token": self.token(), "type": kind}
        files = {"media": (io.BytesIO(content), "a.png")}
        return self.http.post("/cgi-bin/media/upload", data=files, query_string=query).get_json(force=True)

    def token(self):
        return self.world.tokens.stable(force=False)[0]

    @staticmethod
    def _full(path):
        return path if path.startswith("/") else f"/cgi-bin/{path}"


@pytest.fixture
def api(world):
    return Api(world)


# --- tokens and quotas -----------------------------------------------------------


def test_a_token_is_forced_once_in_thirty_seconds_and_twenty_times_a_day(api, clock):
    body = {
        "grant_type": "client_credential",
        "appid": SHARED.app_id,
        "secret": SHARED.secret,
        "force_refresh": True,
    }
    assert "access_token" in api.post("stable_token", body)
    assert api.post("stable_token", body)["errcode"] == 45011
    for _ in range(19):
        clock.advance(30)
        assert "access_token" in api.post("stable_token", body)
    clock.advance(30)
    assert api.post("stable_token", body)["errcode"] == 45009
    clock.advance(DAY)
    assert "access_token" in api.post("stable_token", body)


def test_a_day_has_so_many_calls_and_ends_at_midnight_in_shanghai(api, world, clock):
    world.quotas.limits["/cgi-bin/user/info"] = 2
    codes = [api.get("user/info", openid=OPENID).get("errcode", 0) for _ in range(3)]
    assert codes == [0, 0, 45009]
    asked = api.post("openapi/quota/get", {"cgi_path": "/cgi-bin/user/info"})
    assert asked["quota"] == {"daily_limit": 2, "used": 2, "remain": 0}
    clock.set(1_790_006_399)  # 2026-09-21 23:59:59 in Shanghai
    assert api.get("user/info", openid=OPENID)["errcode"] == 45009
    clock.advance(1)
    assert api.get("user/info", openid=OPENID)["subscribe"] == 1


def test_counters_are_set_back_ten_times_a_month(api, world):
    world.quotas.limits["/cgi-bin/user/info"] = 1
    codes = []
    for _ in range(11):
        api.get("user/info", openid=OPENID)
        codes.append(api.post("clear_quota", {"appid": SHARED.app_id})["errcode"])
    assert codes == [0] * 10 + [48006]
    assert api.post("clear_quota", {"appid": "wx0"})["errcode"] == 40013
    assert api.post("openapi/quota/get", {"cgi_path": "user/info"})["errcode"] == 76003


def test_the_method_and_the_path_are_the_platform_s(api):
    assert api.get("menu/create")["errcode"] == 43002
    assert api.post("user/info", {})["errcode"] == 43001
    assert api.get("no/such/call")["errcode"] == 40066


def test_the_same_seed_draws_the_same(tmp_path):
    def drawn(seed):
        world = world_for("http://127.0.0.1:9/wechat", tmp_path, clock=Clock(1), seed=seed)
        return world.tokens.classic()[0], world.chance.salt(), world.sign_in.code(OPENID, "snsapi_base")

    assert drawn(3) == drawn(3)
    assert drawn(3) != drawn(4)
    assert drawn(None) != drawn(None)


# --- material ---------------------------------------------------------------------


def test_material_is_kept_three_days(api, clock):
    made = api.upload("image")
    assert (made["type"], made["created_at"]) == ("image", 1_790_000_000)
    got = api.raw("media/get", media_id=made["media_id"])
    assert (got.data, got.mimetype) == (PNG, "image/png")
    clock.advance(3 * DAY - 1)
    assert api.raw("media/get", media_id=made["media_id"]).data == PNG
    clock.advance(1)
    late = api.raw("media/get", media_id=made["media_id"])
    assert (late.get_json(force=True)["errcode"], late.mimetype) == (40007, "text/plain")
    assert api.get("media/get", media_id="nothing")["errcode"] == 40007
    assert api.get("media/get")["errcode"] == 41006


@pytest.mark.parametrize(
    ("kind", "content", "code"),
    [
        pytest.param("film", PNG, 40004, id="no such kind"),
        pytest.param("image", b"MZ" + bytes(60), 40005, id="a program"),
        pytest.param("voice", PNG, 40005, id="a picture as speech"),
        pytest.param("image", b"", 40006, id="an empty file, as a second try of a read stream sends it"),
        pytest.param("thumb", b"\xff\xd8\xff" + bytes(64 * 1024), 40006, id="too large"),
    ],
)
def test_material_that_is_not_taken(api, kind, content, code):
    assert api.upload(kind, content)["errcode"] == code


def test_a_picture_of_a_person_can_be_fetched(api, world):
    world.photo(OPENID, PNG).result(10)
    media_id = world.look(OPENID)[0][0].media_id
    assert api.raw("media/get", media_id=media_id).data == PNG


# --- codes with a scene -----------------------------------------------------------


def code(api, scene="bind:8f3a", seconds=600):
    body = {
        "action_name": "QR_STR_SCENE",
        "expire_seconds": seconds,
        "action_info": {"scene": {"scene_str": scene}},
    }
    return api.post("qrcode/create", body)


def test_a_code_leads_to_the_scene(api, world, clock):
    made = code(api)
    assert made["expire_seconds"] == 600
    drawn = api.raw("showqrcode", ticket=made["ticket"])
    assert drawn.data.startswith(b"\x89PNG")
    assert api.raw("showqrcode", ticket="guess").status_code == 404
    world.scan(OPENID, made["url"]).sent.result(10)
    world.follow(OTHER, wanted=False).result(10)
    world.scan(OTHER, made["ticket"]).sent.result(10)
    told = api.get("user/info", openid=OTHER)
    assert (told["subscribe_scene"], told["qr_scene_str"]) == ("ADD_SCENE_QR_CODE", "bind:8f3a")
    clock.advance(600)
    assert world.scan(OPENID, made["url"]).sent is None
    assert world.look(OPENID)[0][-1].text == "该二维码已过期"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, 40053),
        ({"action_name": "QR_SCENE", "action_info": {"scene": {"scene_id": 0}}}, 40053),
        ({"action_name": "QR_LIMIT_SCENE", "action_info": {"scene": {"scene_id": 100_001}}}, 40053),
        ({"action_name": "QR_STR_SCENE", "action_info": {"scene": {"scene_str": "x" * 65}}}, 40053),
        (
            {
                "action_name": "QR_STR_SCENE",
                "action_info": {"scene": {"scene_str": "x"}},
                "expire_seconds": 2_592_001,
            },
            40097,
        ),
    ],
)
def test_codes_that_are_not_made(api, body, code):
    assert api.post("qrcode/create", body)["errcode"] == code


# --- menus and tags ---------------------------------------------------------------


def click(name, key="K"):
    return {"type": "click", "name": name, "key": key}


def view(name, url):
    return {"type": "view", "name": name, "url": url}


def test_a_menu_for_everybody_and_one_by_tag(api, world):
    assert api.get("menu/get")["errcode"] == 46003
    for_tag = {"button": [click("待审")], "matchrule": {"tag_id": "100"}}
    assert api.post("menu/addconditional", for_tag)["errcode"] == 65303
    assert api.post("menu/create", {"button": [click("我的积分")]})["errcode"] == 0
    assert api.post("menu/addconditional", {"button": [click("待审")]})["errcode"] == 65305
    menu_id = api.post("menu/addconditional", for_tag)["menuid"]
    tag = api.post("tags/create", {"tag": {"name": "书记"}})["tag"]["id"]
    assert tag == 100
    assert api.post("tags/members/batchtagging", {"tagid": tag, "openid_list": [OPENID]})["errcode"] == 0
    assert api.post("menu/trymatch", {"user_id": OPENID})["button"] == [click("待审")]
    assert api.post("menu/trymatch", {"user_id": "J0002"})["button"] == [click("我的积分")]
    listed = api.get("menu/get")
    assert listed["menu"]["button"][0]["name"] == "我的积分"
    assert listed["conditionalmenu"][0]["matchrule"] == {"group_id": "100"}
    assert world.menu(OPENID)[1] == [click("待审")]
    # Who leaves loses his tags.
    world.follow(OPENID, wanted=False).result(10)
    assert world.menu(OPENID)[1] == [click("我的积分")]
    assert api.post("menu/delconditional", {"menuid": menu_id})["errcode"] == 0
    assert api.post("menu/delconditional", {"menuid": menu_id})["errcode"] == 65301
    assert api.get("menu/delete")["errcode"] == 0
    assert api.get("menu/get")["errcode"] == 46003


@pytest.mark.parametrize(
    ("buttons", "code"),
    [
        pytest.param([], 40016, id="none"),
        pytest.param([click(str(n)) for n in range(4)], 40016, id="four"),
        pytest.param([click("十八个字节的名")], 40018, id="name too long"),
        pytest.param([click("好", "k" * 129)], 40019, id="key too long"),
        pytest.param([{"type": "hover", "name": "好", "key": "K"}], 40017, id="no such kind"),
        pytest.param([view("好", "https://e.example/" + "a" * 1024)], 40020, id="address too long"),
        pytest.param([view("好", "ftp://e.example/")], 40055, id="no web address"),
        pytest.param(
            [{"name": "多", "sub_button": [click(str(n)) for n in range(6)]}], 40023, id="six under"
        ),
        pytest.param([{"name": "多", "sub_button": [click("字" * 21)]}], 40025, id="name under too long"),
        pytest.param(
            [{"name": "多", "sub_button": [view(str(n), f"https://h{n}.example/") for n in range(4)]}],
            65316,
            id="four foreign hosts",
        ),
    ],
)
def test_the_limits_of_a_menu(api, buttons, code):
    assert api.post("menu/create", {"button": buttons})["errcode"] == code


def test_the_limits_of_tags(api):
    assert api.post("tags/create", {"tag": {"name": "书记"}})["tag"]["name"] == "书记"
    assert api.post("tags/create", {"tag": {"name": "书记"}})["errcode"] == 45157
    assert api.post("tags/create", {"tag": {"name": "字" * 11}})["errcode"] == 45158
    assert api.post("tags/update", {"tag": {"id": 2, "name": "星标"}})["errcode"] == 45058
    assert api.post("tags/members/batchtagging", {"tagid": 100, "openid_list": ["x"]})["errcode"] == 40003
    assert api.post("tags/members/batchtagging", {"tagid": 100, "openid_list": []})["errcode"] == 40032
    assert api.post("tags/members/batchtagging", {"tagid": 999, "openid_list": [OPENID]})["errcode"] == 45159
    api.post("tags/members/batchtagging", {"tagid": 100, "openid_list": [OPENID, OTHER]})
    api.post("tags/members/batchuntagging", {"tagid": 100, "openid_list": [OTHER]})
    assert api.post("user/tag/get", {"tagid": 100})["data"] == {"openid": [OPENID]}
    assert api.post("tags/getidlist", {"openid": OPENID}) == {"tagid_list": [100]}
    assert api.get("tags/get")["tags"] == [{"id": 100, "name": "书记", "count": 1}]
    for n in range(99):
        api.post("tags/create", {"tag": {"name": f"标签{n}"}})
    assert api.post("tags/create", {"tag": {"name": "第一百零一个"}})["errcode"] == 45056
    assert api.post("tags/delete", {"tag": {"id": 100}})["errcode"] == 0


def test_who_follows(api, world):
    everybody = api.get("user/get")
    assert everybody["total"] == everybody["count"] == len(ACCOUNTS) + 3
    world.follow(OTHER, wanted=False).result(10)
    assert OTHER not in api.get("user/get")["data"]["openid"]
    assert api.get("user/get", next_openid=everybody["next_openid"])["count"] == 0
    assert api.get("user/info", openid=OTHER) == {"subscribe": 0, "openid": OTHER}
    both = {"user_list": [{"openid": OPENID}, {"openid": OTHER}]}
    assert [one["subscribe"] for one in api.post("user/info/batchget", both)["user_info_list"]] == [1, 0]
    assert api.get("user/info", openid="nobody")["errcode"] == 40003


def test_in_a_city_of_which_only_some_are_listed_everybody_follows(api, world):
    unlisted = "o" + "x" * 27
    assert api.get("user/info", openid=unlisted)["errcode"] == 40003
    world.whole_city = True
    assert api.get("user/info", openid=unlisted)["subscribe"] == 1
    assert api.get("user/info", openid="nobody")["errcode"] == 40003


# --- notices ----------------------------------------------------------------------

NOTICE = "NOTICE_TEMPLATE_01"


def notice(api, **changed):
    body = {"touser": OPENID, "template_id": NOTICE, "data": {"thing1": {"value": "补充材料"}}} | changed
    return api.post("message/subscribe/bizsend", body)


def test_one_consent_is_one_notice(api, world):
    assert notice(api)["errcode"] == 43101
    world.agree(OPENID, [(NOTICE, True)]).result(10)
    world.agree(OPENID, [(NOTICE, True)]).result(10)
    assert [notice(api)["errcode"] for _ in range(3)] == [0, 0, 43101]
    world.agree(OPENID, [(NOTICE, False)]).result(10)
    assert notice(api)["errcode"] == 43101
    assert notice(api, touser="nobody")["errcode"] == 40003
    assert sum(bubble.side == "notice" for bubble in world.look(OPENID)[0]) == 2


def test_a_long_term_consent_lasts_until_it_is_taken_back(api, world):
    world.templates.give([Template(NOTICE, "待办提醒", {"thing1": "事项"}, long_term=True, notice=True)])
    world.agree(OPENID, [(NOTICE, True)]).result(10)
    assert [notice(api)["errcode"] for _ in range(3)] == [0, 0, 0]
    world.refuse(OPENID, NOTICE).result(10)
    assert notice(api)["errcode"] == 43101
    assert api.get("/wxaapi/newtmpl/gettemplate")["data"][0]["type"] == 3


def test_an_account_with_templates_knows_no_others(api, world):
    own = Template(
        "TPL_OWN_0001", "待办", {"thing1": "事项", "const2": "状态"}, values={"const2": ("待办", "已办")}
    )
    world.templates.give([own, Template(NOTICE, "提醒", {"thing1": "事项"}, notice=True)])
    listed = api.get("template/get_all_private_template")["template_list"]
    assert [(one["template_id"], one["content"]) for one in listed] == [
        ("TPL_OWN_0001", "事项:{{thing1.DATA}}\n状态:{{const2.DATA}}\n")
    ]

    def send(template_id, **data):
        body = {
            "touser": OPENID,
            "template_id": template_id,
            "data": {name: {"value": value} for name, value in data.items()},
        }
        return api.post("message/template/send", body)

    assert send("TPL_OWN_0001", thing1="一", const2="待办")["errcode"] == 0
    assert send("TPL_OTHER_001", thing1="一")["errcode"] == 40037
    assert send(NOTICE, thing1="一")["errcode"] == 40037
    assert "thing1.value is empty" in send("TPL_OWN_0001", const2="待办")["errmsg"]
    assert "const2.value invalid" in send("TPL_OWN_0001", thing1="二", const2="急")["errmsg"]
    world.templates.banned.add("TPL_OWN_0001")
    assert send("TPL_OWN_0001", thing1="一", const2="待办")["errcode"] == 43116


def test_the_templates_that_the_owner_wrote_down(tmp_path):
    path = tmp_path / "wechat.toml"
    assert written_in(path) == []
    path.write_text(
        '[a]\ntemplate_id = ""\nfields = { thing1 = "x" }\n'
        '[d]\ntemplate_id = ""\nonce_id = ""\ntitle = "上报"\nfields = { thing1 = "x" }\n'
        '[b]\ntemplate_id = "TPL_B_000001"\nonce_id = "ONCE_B_00001"\nlasting_id = "LAST_B_00001"\n'
        'fields = { thing1 = "{a}", thing2 = "好了", time3 = "{b}" }\n[c]\nother = 1\n',
        encoding="utf-8",
    )
    found = {one.id: (one.notice, one.long_term, one.fields) for one in written_in(path)}
    labels = {"thing1": "事项", "thing2": "说明", "time3": "时间"}
    assert found == {
        "TPL_B_000001": (False, False, labels),
        "ONCE_B_00001": (True, False, labels),
        "LAST_B_00001": (True, True, labels),
        "simulator-once-d": (True, False, {"thing1": "事项"}),
    }


@pytest.mark.parametrize(
    ("kind", "part", "code"),
    [
        ("news", {"articles": [{"title": "一", "url": "https://e.example/"}]}, 0),
        ("news", {"articles": [{}, {}]}, 45008),
        ("msgmenu", {"head_content": "选", "list": [{"id": "1", "content": "通过 42"}]}, 0),
        ("msgmenu", {"list": []}, 40008),
        ("image", {"media_id": "gone"}, 40007),
        ("hologram", {}, 40008),
    ],
)
def test_kinds_of_customer_messages(api, world, kind, part, code):
    world.say(OPENID, "在吗").result(10)
    assert api.post("message/custom/send", {"touser": OPENID, "msgtype": kind, kind: part})["errcode"] == code


# --- sign-in ----------------------------------------------------------------------


def exchange(api, code, **changed):
    query = {
        "appid": SHARED.app_id,
        "secret": SHARED.secret,
        "code": code,
        "grant_type": "authorization_code",
    } | changed
    return api.get("/sns/oauth2/access_token", **query)


def test_a_code_is_good_once_and_for_five_minutes(api, world, clock):
    first = world.sign_in.code(OPENID, "snsapi_base")
    assert exchange(api, first)["openid"] == OPENID
    assert exchange(api, first)["errcode"] == 40163
    late = world.sign_in.code(OPENID, "snsapi_base")
    clock.advance(300)
    assert exchange(api, late)["errcode"] == 42003
    assert exchange(api, "guess")["errcode"] == 40029
    assert exchange(api, "")["errcode"] == 41008
    assert exchange(api, late, secret="guess")["errcode"] == 40125


def test_who_it_was_is_told_only_with_the_wider_consent(api, world, clock):
    base = exchange(api, world.sign_in.code(OPENID, "snsapi_base"))
    wide = exchange(api, world.sign_in.code(OPENID, "snsapi_userinfo"))
    for grant, code in ((base, 48001), (wide, 0)):
        told = api.get("/sns/userinfo", access_token=grant["access_token"], openid=OPENID)
        assert told.get("errcode", 0) == code
    assert api.get("/sns/userinfo", access_token=wide["access_token"], openid=OTHER)["errcode"] == 40003
    clock.advance(7200)
    assert api.get("/sns/auth", access_token=wide["access_token"], openid=OPENID)["errcode"] == 42001
    again = api.get(
        "/sns/oauth2/refresh_token",
        appid=SHARED.app_id,
        grant_type="refresh_token",
        refresh_token=wide["refresh_token"],
    )
    assert api.get("/sns/auth", access_token=again["access_token"], openid=OPENID)["errcode"] == 0


def test_a_snapshot_is_of_nobody(api, world):
    told = exchange(api, world.sign_in.code(OPENID, "snsapi_userinfo", snapshot=True))
    assert told["is_snapshotuser"] == 1
    assert told["openid"] != OPENID


def test_the_ticket_for_pages_stays_the_same(api, clock):
    first = api.get("ticket/getticket", type="jsapi")
    assert first["expires_in"] == 7200
    assert api.get("ticket/getticket", type="jsapi")["ticket"] == first["ticket"]
    clock.advance(7200)
    assert api.get("ticket/getticket", type="jsapi")["ticket"] != first["ticket"]
    assert api.get("ticket/getticket", type="other")["errcode"] == 40097


# --- the account and WeCom --------------------------------------------------------


def test_whether_the_callback_can_be_reached(api, world, tmp_path, clock):
    assert api.get("getcallbackip")["ip_list"] == ["127.0.0.1"]
    asked = {"action": "all", "check_operator": "DEFAULT"}
    assert api.post("callback/check", asked)["ping"][0]["package_loss"] == "0%"
    nobody = Api(world_for("http://127.0.0.1:9/wechat", tmp_path, clock=clock))
    assert nobody.post("callback/check", asked)["ping"][0]["package_loss"] == "100%"
    assert api.post("callback/check", {"action": "guess"})["errcode"] == 40097


def test_wecom(api, world, clock):
    corp = world.wecom.corp
    assert api.get("gettoken", corpid="ww0", corpsecret=corp.secret)["errcode"] == 40013
    assert api.get("gettoken", corpid=corp.corp_id, corpsecret="guess")["errcode"] == 40001
    token = api.get("gettoken", corpid=corp.corp_id, corpsecret=corp.secret)["access_token"]

    def send(**changed):
        body = {
            "touser": "J0001|nobody",
            "msgtype": "text",
            "agentid": int(corp.agent_id),
            "text": {"content": "有3条上报等您确认"},
        } | changed
        return api.post("message/send", body, access_token=token)

    sent = send(enable_duplicate_check=1)
    assert (sent["errcode"], sent["invaliduser"]) == (0, "nobody")
    send(enable_duplicate_check=1)
    assert [b.lines[0][1] for b in world.look(OPENID)[0]] == ["有3条上报等您确认"]
    assert send(touser="nobody")["errcode"] == 81013
    assert send(agentid=1)["errcode"] == 40056
    assert api.post("message/send", {}, access_token="guess")["errcode"] == 40014
    code = world.wecom.sign_in.code("J0001", "snsapi_base")
    assert api.get("auth/getuserinfo", access_token=token, code=code)["userid"] == "J0001"
    assert api.get("auth/getuserinfo", access_token=token, code=code)["errcode"] == 40163
    mine, theirs = world.wecom.media.keep("image", PNG), world.media.keep("image", PNG)
    assert api.raw("media/get", access_token=token, media_id=mine).data == PNG
    assert api.raw("media/get", media_id=theirs).data == PNG
    assert api.get("media/get", access_token=token, media_id=theirs)["errcode"] == 40007
    assert api.get("media/get", media_id=mine)["errcode"] == 40007
    clock.advance(7200)
    assert api.post("message/send", {}, access_token=token)["errcode"] == 42001
    assert api.get("media/get", access_token=token, media_id=mine)["errcode"] == 42001
