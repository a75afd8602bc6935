"""What words give away, and what they do not: each rule with a case and a near miss."""

from __future__ import annotations

import pytest

from jifen.rulebook.lint import words
from jifen.rulebook.lint_table import TABLE

ANYWHERE = [
    ("app_login", "forbidden", "每月登录率不低于95%", "请登录平台查看本月任务"),
    ("app_login", "forbidden", "连续登录7天", "登录台账由支部保存"),
    ("app_login", "forbidden", "党员日活跃度", "活跃党员活动氛围"),
    ("app_login", "forbidden", "登陆系统每次加1分", "资金使用率达到90%"),
    ("online_time", "forbidden", "统计在线时长", "在线培训安排"),
    ("online_time", "forbidden", "学习时长满30分钟", "集中学习时长由支部登记"),
    ("likes_forwards", "forbidden", "为公众号文章点赞", "不得以点赞作为考核依据"),
    ("likes_forwards", "forbidden", "转发朋友圈", "转发市委办公室关于开展主题教育的通知"),
    ("likes_forwards", "forbidden", "参加网络投票", "民主评议投票"),
    ("likes_forwards", "forbidden", "分享到朋友圈", "与群众分享学习心得"),
    ("likes_forwards", "forbidden", "获赞最多：点赞数第一", "受到群众点赞好评"),
    ("page_views", "risky", "文章阅读量超过1000", "阅读一本理论书籍"),
    ("followers_install", "forbidden", "公众号关注率100%", "关注群众急难愁盼"),
    ("followers_install", "forbidden", "全员下载学习软件", "下载安装由本人自愿"),
    ("followers_install", "forbidden", "未安装APP的扣2分", "还没有关注这个公众号的，可以先关注"),
    ("followers_install", "forbidden", "绑定率达标", "志愿者注册率"),
    ("followers_install", "forbidden", "邀请好友注册", "邀请群众参加座谈"),
    ("platform_points", "forbidden", "学习强国每500分折1分", "在学习强国发表文章"),
    ("platform_points", "forbidden", "平台积分前十名", "党员积分办法"),
    ("check_in", "forbidden", "软件打卡", "会议签到以名册为准"),
    ("check_in", "forbidden", "打 卡 满20天", "游览网红打卡地"),
    ("check_in", "forbidden", "扫码打卡", "打卡红色地标"),
    ("check_in", "forbidden", "每日签到", "入场签到"),
    ("app_inspection", "forbidden", "以微信群考核出勤", "平台经济党建调研"),
    ("app_inspection", "forbidden", "开展线上巡查", "现场巡查河道"),
    ("group_relay", "forbidden", "请在群里接龙", "参加成语接龙比赛"),
    ("group_relay", "forbidden", "收到请回复", "收到群众来信"),
    ("group_relay", "forbidden", "在工作群内及时回复", "及时回复群众来信"),
    ("location", "forbidden", "发送实时位置", "公告栏位置"),
    ("location", "forbidden", "开启手机定位", "找准工作定位"),
    ("location", "forbidden", "上传活动轨迹", "重温党的发展轨迹"),
    ("location", "forbidden", "ＧＰＳ记录", "位置优越的活动阵地"),
    ("work_photo", "forbidden", "上传工作照片", "无需上传照片"),
    ("work_photo", "forbidden", "附活动截图", "报送摄影作品照片"),
    ("work_photo", "forbidden", "提交学习视频", "提交微党课视频作品"),
    ("trace_keeping", "risky", "工作留痕台账齐全", "文化名城留住乡愁"),
    ("volunteer_penalty", "risky", "无故不参加志愿服务的扣2分", "参加志愿服务每小时计1分"),
    ("volunteer_penalty", "risky", "志愿服务不足20小时，扣5分", "志愿服务不足半小时的按半小时计"),
    ("volunteer_penalty", "risky", "全员必须参加志愿服务", "欢迎报名参加志愿服务"),
    ("donation", "risky", "捐100元计10分", "捐款由本人自愿"),
    ("public_ranking", "risky", "张榜公布名次", "名次只给本人看"),
    ("public_ranking", "risky", "排名后三名约谈", "支部排名按人均计算"),
    ("public_ranking", "risky", "通报低分党员", "通报表扬优秀党员"),
    ("public_ranking", "risky", "末位淘汰", "周末活动"),
    ("red_yellow_list", "risky", "列入红黄榜", "学习红榜样"),
    ("red_yellow_list", "risky", "对党员亮黄牌", "红灯笼"),
    ("family_planning", "risky", "违反计划生育政策", "年度工作计划"),
    ("health_details", "risky", "提交病假条", "参加党性体检结果反馈会"),
    ("health_details", "risky", "说明健康状况", "健康步道义务清扫"),
    ("sensitive_data", "risky", "提供身份证号码", "佩戴党员身份标识"),
    ("inactivity", "risky", "连续30天没有上报的扣1分", "30天内上报"),
    ("answering_speed", "risky", "30分钟内回复", "半小时内响应群众诉求"),
    ("answering_speed", "risky", "统计消息已读率", "阅读党章"),
    ("answering_speed", "risky", "答题速度前十", "阅读未读完的书"),
    ("redemption", "risky", "积分兑换礼品", "兑现公开承诺"),
    ("redemption", "risky", "积分换话费", "积分转换比例"),
]
SCORED = [
    ("app_use", "forbidden", "登录党建平台", "在学习强国平台刊发稿件"),
    ("app_use", "forbidden", "学习强国", "学习党章党规"),
    ("app_use", "forbidden", "微信步数", "按步骤推进"),
    ("app_use", "forbidden", "安装党建APP", "安装社区健身器材"),
    ("likes_forwards", "forbidden", "发表评论", "撰写理论评论文章"),
    ("followers_install", "forbidden", "关注本单位公众号", "关注困难群众"),
    ("followers_install", "forbidden", "未安装APP", "安装消防设备"),
    ("donation", "risky", "爱心捐款", "捐献遗体登记"),
]


def codes(text: str, *, scored: bool) -> dict[str, str]:
    return {hit.code: hit.severity for hit in words(text, scored=scored)}


@pytest.mark.parametrize(
    ("code", "severity", "bad", "good"), [pytest.param(*row, id=f"{row[0]}: {row[2]}") for row in ANYWHERE]
)
def test_words_that_are_refused_in_any_text(code, severity, bad, good):
    assert codes(bad, scored=False).get(code) == severity
    assert codes(good, scored=False) == {}


@pytest.mark.parametrize(
    ("code", "severity", "bad", "good"), [pytest.param(*row, id=f"{row[0]}: {row[2]}") for row in SCORED]
)
def test_words_that_are_refused_where_points_are_given(code, severity, bad, good):
    assert codes(bad, scored=True).get(code) == severity
    assert codes(bad, scored=False).get(code) is None
    assert codes(good, scored=True) == {}


def test_every_row_of_the_table_has_a_case():
    shown = {code for code, *_ in (*ANYWHERE, *SCORED)}
    assert {row.code for row in TABLE} == shown


@pytest.mark.parametrize(
    "text",
    [
        "不得以点赞、转发、评论数作为考核依据",
        "严禁打卡",
        "不要求上传照片",
        "禁止公布个人排名",
        "不采集位置信息",
        "不与平台积分挂钩",
        "活动不上传照片",
        "请不要填写身份证号、电话、健康状况",
    ],
)
def test_naming_a_thing_to_refuse_it_is_no_offence(text):
    assert words(text) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param("每月打卡不得少于20次", "check_in", id="the refusal comes after"),
        pytest.param("未打卡的扣1分", "check_in", id="a duty, not a refusal"),
        pytest.param("不打卡的扣1分", "check_in", id="not doing it is punished"),
        pytest.param("不上传照片的扣1分", "work_photo", id="leaving it out is punished"),
        pytest.param("严禁迟到，每日打卡", "check_in", id="another half of the sentence"),
        pytest.param("不得少于20次打卡", "check_in", id="a least number"),
        pytest.param("不得低于95%的登录率", "app_login", id="a least rate"),
    ],
)
def test_a_refusal_does_not_reach_further_than_what_it_refuses(text, code):
    assert code in codes(text, scored=False)


def test_a_hit_says_what_was_seen_where_it_is_written_and_what_to_do():
    (hit,) = words("软件　打卡 ")
    assert hit.found == "打卡"
    assert "打卡" in hit.message
    assert hit.clause == "国办函〔2026〕12号《政务移动互联网应用程序规范化管理办法》"
    assert hit.remedy.endswith("。")
