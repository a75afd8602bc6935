"""What the bot says about model posts."""

from __future__ import annotations

MINE = "您的示范岗："
LINE = "· {title}（{kind}）：{state}{more}"
UNTIL = "，牌号{plate}，有效期至{until}"
RECTIFY = "，请在{day}前改好"
NONE = "您还没有申报过示范岗。"
OPEN = "可以申报的：{kinds}。"
KIND = "{name}还有{left}个名额"
FULL = "现在没有空余的名额。"
FOOT = "申报、姓名和照片上不上墙，请打开“我的首页”里的“示范岗”办理。申报自愿，不申报不扣分。"
WAITING = "等您审核、复核的示范岗有{count}个，请到工作台“示范岗”办理。"
