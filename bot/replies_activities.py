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
MINE = "（{state}）"

SIGN_UP_HOW = "请写明活动编号，例如：报名 42。发送“活动”可以查看编号。"
SIGN_OFF_HOW = "请写明活动编号，例如：取消报名 42。发送“我的活动”可以查看编号。"
JOINED = "报名成功：{title}，{time}，{place}。不去了请提前发送“取消报名 {number}”。"
QUEUED = "“{title}”名额已满，您在候补第{queue}位。有空位会依次递补并告诉您；不等了请发送“取消报名 {number}”。"
LEFT_IT = "已取消报名：{title}。"

CHECK_HOW = "请看组织者屏幕上的6位数字，发送例如：{word} 123456。也可以用“扫一扫”，或请组织者登记。"
CHECKED_IN = "签到成功：{title}，{at}。"
CHECKED_OUT = "签退成功：{title}，{at}。时长由组织者确认后记入。"
CHECKED_BEFORE = "您已经{word}过了：{title}，{at}。不用再{word}。"
THEN_OUT = "离开时请签退，时长按签退时间算。"
