"""What the bot says about communities (双报到)."""

from __future__ import annotations

MINE = "您{day}在{place}报到（{state}）。"
CONFIRMED, UNCONFIRMED = "社区已确认", "等社区确认，确认后按积分办法记分"
NOT_YET = "您还没有到社区报到，发送“我要报到”选择社区。报到自愿，不报到不扣分。"
NEEDS = "社区的需求和微心愿："
NEED = "· {number} {kind}{title}（{place}，{taken}/{wanted}人，{day}截止）"
WISH = "微心愿："
NO_NEEDS = "现在没有可以认领的需求。"
OWN = "您认领的："
TAKEN = "· {number} {title}：{state}"
WAITING = "等您登记社区确认的："
REGISTERED = "· 报到{number} {name}，{place}，{day}"
CLAIMED = "· 认领{number} {name}，{title}"
MORE = "……还有{count}件，请到工作台“社区报到”看。"
FOOT = "要认领，发送“认领 编号”；不办了，发送“取消认领 编号”。"
KEEPER_FOOT = "凭社区的单子登记：确认报到 编号；确认认领 编号 好 11月20日 9:00-10:30（评价和时间可不写）；没有办成 编号。"
WHICH = "请选择您居住地的社区（报到后这个社区看得到您的姓名）："
NO_COMMUNITIES = "还没有登记社区，请联系支部。"
REGISTERED_NOW = "已报到：{place}。社区确认以后按积分办法记分；有误可发送“撤回报到”。"
UNREGISTERED = "已撤回报到，记过的分同时冲正。"
NOT_REGISTERED = "您现在没有报到，不用撤回。发送“我要报到”选择社区。"
TOOK_ON = "已认领{number}号。办完后请社区在单子上签个字，交给支部登记；不办了，发送“取消认领 {claim}”。"
TOOK_ON_FOR = "已替{name}认领{number}号。办完后请社区在单子上签个字，再发“确认认领 {claim}”登记。"
WHICH_NEED = "认领哪一件？回复序号："
FOR_WHOM = "谁去办？回复序号，或直接写姓名："
MYSELF = "我自己"
FOR_ANOTHER = "替本支部的同志报到"
WHICH_OTHER = "他到哪个社区报到？请凭社区的单子登记，回复序号："
REGISTERED_FOR = "已替{name}登记报到，按积分办法记分。"
GAVE_BACK = "已退回，别人可以认领了。"
WORD_ENTERED = "已登记社区的确认。"
WORD_UNDONE = "已登记：社区说没有办成。"
HOW_NUMBER = "请写明编号，发送“社区需求”查看。例如：{example}。"
EXAMPLES = {
    "take": "认领 12",
    "back": "取消认领 5",
    "registration": "确认报到 8",
    "claim": "确认认领 5 好",
    "undone": "没有办成 5",
}
