"""What the bot says about activities."""

from __future__ import annotations

NONE = "近期没有您可以参加的活动。已参加的请发送“我的活动”查看。"
MINE_NONE = "您还没有报名或参加过活动。发送“活动”看近期可以参加的。"
LINE = "{number}号 {title}\n　{time}，{place}{state}"
FOOT = "报名请发送“报名 编号”，不去了请发送“取消报名 编号”。会议不用报名。"
MINE_FOOT = "不去了请发送“取消报名 编号”。"
EXPECTED = "（应到，不用报名）"
LEFT = "（还有{left}个名额）"
WAITING_LIST = "（名额已满，报名进入候补）"
HERE, BEEN = "已签到", "已签退"
MINE = "（{state}）"

SIGN_UP_HOW = "请写明活动编号，例如：报名 42。发送“活动”可以查看编号。"
SIGN_OFF_HOW = "请写明活动编号，例如：取消报名 42。发送“我的活动”可以查看编号。"
JOINED = "报名成功：{title}，{time}，{place}。不去了请提前发送“取消报名 {number}”。"
QUEUED = "“{title}”名额已满，您在候补第{queue}位。有空位会依次递补并告诉您；不等了请发送“取消报名 {number}”。"
LEFT_IT = "已取消报名：{title}。"

RUN_WHICH = "现在没有您组织的活动在签到。请写明编号，例如：{word} 42。"
CODE = (
    "{title}\n{word}口令：{digits}\n请念给到场的同志，请他们发送“{word} {digits}”。"
    "口令每5分钟换一次，旧的那个还能用5分钟。"
)
CAME_HEAD = "{title}（{number}号）：已签到{present}人，还没有签到{absent}人。"
CAME_LINE = "{how}：{names}"
CAME = "已签到"
ON_LEAVE = "已请假"
NOT_YET = "还没有签到"
QUEUE = "候补"
CAME_FOOT = "没有手机的同志，发送“登记签到 编号 姓名”，或在工作台“活动”里登记，同样有效。"
STOPPED = "“{title}”报名已截止，已报名的{joined}人不受影响。"
CLOSED = "“{title}”已办结。"
CLOSED_CREDITED = "已记入时长：{count}人。"
CLOSED_OPEN = (
    "还有{count}人要确认（没有签退，或就是您本人），请发送“确认签退 编号 姓名 时间”，或在工作台“活动”里办理。"
)
CLOSE_ASK = "要办结“{title}”：{came}人按签到情况记；{absent}人没有签到，{after}。与实际不符的，请先在工作台“活动”里改。"
AFTER_ABSENCE = "记缺席，先告知本人，3个工作日内可以说明"
AFTER_NOTHING = "只记未到，没有任何后果"
CLOSE_SAY = "确认请回1，或发送“{says}”。"
NO_CHECK_OUT = "“{title}”不用签退。"
DO_CLOSE = "办结（{number}号）"
DO_CODE = "{word}口令"

CHECK_HOW = "请看组织者屏幕上的6位数字，发送例如：{word} 123456。也可以用“扫一扫”，或请组织者登记。"
CHECKED_IN = "签到成功：{title}，{at}。"
CHECKED_OUT = "签退成功：{title}，{at}。时长由组织者确认后记入。"
CHECKED_BEFORE = "您已经{word}过了：{title}，{at}。不用再{word}。"
THEN_OUT = "离开时请签退，时长按签退时间算。"

PLAN_HOW = (
    "请写全：发布活动 种类 名称 日期 时间 地点。例如：发布活动 志愿服务 社区清扫 明天 14:00-16:00 滨河社区 名额20。"
    "每月都办的在后面加“每月”，培训加“学时 4”。种类有：{kinds}。"
)
PLANNED = (
    "已发布：{number}号 {title}（{kind}），{unit}组织，{time}，{place}{more}。"
    "签到时请发送“签到码 {number}”，或打开工作台的签到屏幕。"
)
PLANNED_PLACES = "，名额{capacity}个"
PLANNED_CALLED = "，应到的同志已通知"
REPEATED = (
    "系列活动已发布：{title}（{kind}），{unit}组织，每月{nth}{weekday}{start}，{place}。"
    "近期的各次已经列出，发送“活动”查看。"
)
NTH = {1: "第一个", 2: "第二个", 3: "第三个", 4: "第四个", -1: "最后一个"}
WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
CANCEL_ASK = "要取消“{title}”（{time}）吗？报名的、候补的和应到的同志都会收到通知。"
CANCEL_YES = "确定取消"
CANCEL_SAY = "确定请发送“{says}”。"
CANCELLED = "已取消：{title}。报名的、候补的和应到的同志会收到通知。"
MOVE_HOW = "请写明新的日期和时间，例如：改期 {number} 12月3日 14:00-16:00。"
MOVED = "已改期：{title}，{time}，{place}。报名的和应到的同志会收到通知。"
PLACES_HOW = "请写明名额，例如：名额 {number} 30；不限请写：名额 {number} 不限。"
PLACES = "“{title}”的名额现在是{capacity}，已报名{joined}人，候补{waiting}人。"
UNLIMITED = "不限"
MINUTES_HOW = "请写上记录，例如：记录 {number} 学习了有关文件，三位同志发言。"
MINUTES_KEPT = "记录已保存：{title}。再发一次会替换。"
TAP_HOW = "请写上姓名，例如：{word} {number} 张三 李四。"
TAPPED = "{title}：{word}{count}人（{names}）。"
TAPPED_BEFORE = "{title}：他们已经登记过了。"
NOT_LISTED = "“{title}”的名单里没有“{name}”。名单外的同志请写党员编号，例如：登记签到 {number} 00000015。"
TWO_NAMESAKES = "“{title}”的名单里有两位“{name}”，请写党员编号：{numbers}。"
CONFIRM_HOW = "请写上姓名和离开的时间，例如：确认签退 {number} 张三 15:40。"
CONFIRMED = "{title}：{name}已确认，{time}离开。"

DUE_HEAD = "{branch}按规定还要办的："
DUE_LINE = "· {kind}：{period}至少{least}次，已办{held}次{planned}，还差{missing}次"
DUE_PLANNED = "，已安排{planned}次"
DUE_NONE = "{branch}：按规定该办的都已办或已安排。"
NO_BRANCH = "您今天不在任何支部，没有可以查的。"
CLASS_HOURS = "{year}年培训学时：已完成{done}，要求{expected}{more}。（{basis}）"
CLASS_MORE, CLASS_ENOUGH = "，还差{missing}", "，已经够了"
