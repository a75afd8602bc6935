"""What the bot says about activities."""

from __future__ import annotations

NONE = "近期没有您可以参加的活动。已参加的请发送“我的活动”查看。"
MINE_NONE = "您还没有报名或参加过活动。发送“活动”看近期可以参加的。"
LINE = "{number}号 {title}\n　{time}，{place}{state}"
FOOT = "报名请发送“报名 编号”，不去了请发送“取消报名 编号”。会议不用报名。"
MINE_FOOT = "不去了请发送“取消报名 编号”。"
MINE_PAST = "发送“活动”看近期可以参加的。"
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

PLAN_KIND = "发布什么活动？回复序号："
PLAN_NO_KIND = "没有“{said}”这种活动。\n"
PLAN_KIND_FOOT = "也可以一句话写全，例如：发布活动 志愿服务 社区清扫 明天 14:00-16:00 滨河社区 名额20。"
PLAN_TITLE = "{so_far}叫什么名称？回复序号，或直接写名称："
PLAN_DAY = "{so_far}哪一天？回复序号，或直接写日期，例如 12月20日："
PLAN_TIME = "{so_far}几点到几点？回复序号，或直接写，例如 14:00-16:00："
PLAN_PLACE = "{so_far}在哪里？回复序号，或直接写地点："
PLAN_HOURS = "{so_far}记多少学时？回复序号，或直接写，例如 4 学时："
PLAN_AUDIENCE = "{so_far}谁参加？回复序号，或直接写组织的名称："
PLAN_AUDIENCE_ONE = "{so_far}谁应到？只能是一个支部或党小组。回复序号，或直接写名称："
PLAN_NO_AUDIENCE = "可以邀请的组织里没有“{said}”。\n"
PLAN_TWO_AUDIENCES = "可以邀请的组织里有几个“{said}”，请选一个。\n"
PLAN_GATES = "{so_far}什么样的同志可以报名？回复序号，再选一次就是去掉："
PLAN_NO_GATE = "没有“{said}”这个报名条件。\n"
PLAN_CAPACITY = "{so_far}最多几个人？回复数字就行，例如 20；不限请写“不限”。"
PLAN_PAST = "{day}已经过去了。\n"
PLAN_NEXT_DAY = "次日"
PLAN_OVER = "这个时间已经过去了。\n"
PLAN_LONG = "{part}最多{most}个字，您写了{count}个字，请写短一些。\n"
PLAN_UNREAD = "没有看懂“{said}”。\n"
PLAN_SO_FAR = "明白了：{what}。\n"
PLAN_NEAR = ("今天", "明天", "后天")
PLAN_SAME_NAME = "就叫“{title}”"
PLAN_PLACES = ("党员活动室", "会议室", "地点另行通知")
PLAN_TIMES = ("9:00-11:00", "10:00-12:00", "14:00-16:00", "14:30-16:30", "15:00-17:00", "19:00-20:30")
PLAN_CLASS_HOURS = ("2", "4", "8")
PLAN_OF = "{unit}："
PLAN_OWN = "{unit}的党员"
PLAN_BELOW = "{unit}及所属各支部的党员"
PLAN_CHECK = "请核对，还没有发布：\n{kind}：{title}\n时间：{time}\n地点：{place}\n由{unit}组织\n{who}：{audience}{more}"
PLAN_EXPECTED, PLAN_INVITED = "应到", "可以报名"
PLAN_MORE_GATES = "\n报名条件：{gates}"
PLAN_MORE_CAPACITY = "\n名额：{capacity}人"
PLAN_MORE_HOURS = "\n学时：{hours}"
PLAN_MORE_MONTHLY = "\n每月同一个星期几都办"
PLAN_DO = "发布"
PLAN_DO_FENCED = "发布，再设现场范围（核对到没到现场）"
PLAN_DO_MONTHLY = "发布，每月同一个星期几都办"
PLAN_CHANGE_AUDIENCE, PLAN_CHANGE_CAPACITY, PLAN_CHANGE_GATES = "改谁参加", "限名额", "加报名条件"
PLAN_GATE_ADD, PLAN_GATE_OFF, PLAN_GATES_DONE = "{gate}", "去掉：{gate}", "就这样"
PLANNED = (
    "已发布：{number}号 {title}（{kind}），{unit}组织，{time}，{place}{more}。"
    "签到时请发送“签到码 {number}”，或打开工作台的签到屏幕。"
)
PLANNED_PLACES = "，名额{capacity}个"
PLANNED_CALLED = "，应到的同志已通知"
PLANNED_FOR = "，面向{audience}"
PLANNED_GATES = "，报名条件：{gates}"

FENCE_SAYS = "现场范围 {number}"
FENCE_OFF_SAYS = "取消现场范围 {number}"
FENCE_SEND = (
    "请在“{title}”（{time}）的地点发一个位置：点输入框右边的“+”，选“位置”，再选“发送位置”。"
    "只记活动的地点。签到的同志只说“在”或“不在”现场，谁的位置都不记；不给位置的照样签到。"
)
FENCE_OFF = "不要现场范围了"
FENCE_SET = (
    "现场范围已设好：“{title}”，地点周围{metres}米以内算在现场。签到的人用手机扫组织者屏幕上的码时会看到。"
)
FENCE_METRES = "改成{metres}米"
FENCE_GONE = "“{title}”不设现场范围了，照常签到。"
RUNS_NONE = "现在没有您组织的、还没有结束的活动。要发布请发送“发布活动”。"
FENCE_WHICH = "给哪个活动设现场范围？回复序号："
RUNS_LINE = "{title}（{time}）"
CHANGE_WHICH = {
    "cancel": ("取消哪个活动？回复序号，取消前还会再问一次：", "取消活动 {number}"),
    "move": ("改哪个活动的时间？回复序号：", "改期 {number}"),
    "places": ("改哪个活动的名额？回复序号：", "名额 {number}"),
}
REPEATED = (
    "系列活动已发布：{title}（{kind}），{unit}组织，每月{nth}{weekday}{start}，{place}。"
    "近期的各次已经列出，发送“活动”查看。"
)
REPEATED_FENCE = "现场范围要一次一次设，请发送“现场范围”。"
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
CLASS_HOURS = "{year}年培训学时：已完成{done}学时，要求{expected}学时{more}。\n依据：{basis}"
CLASS_MORE, CLASS_ENOUGH = "，还差{missing}学时", "，已经够了"
