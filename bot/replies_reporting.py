"""What the bot says to somebody who reports."""

from __future__ import annotations

from jifen.web.secrecy import NO_SECRETS

REPORTED = "已收到，编号{number}：{day} {item} {quantity}{unit}。\n等{unit_name}确认后计分。发送“撤回 {number}”可取消。"
ATTACHED = "{day}的“{item}”已经记过分了，您的上报已作为印证附在后面，不重复计分。"
ATTACHED_ANOTHER = "若是另一件事，请在末尾加上“另一件”再发一次。"
REPORT_HOW = (
    f"请写明项目、日期和数量，例如：上报 志愿服务 昨天 2小时。发送“项目”查看可以上报的项目。{NO_SECRETS}"
)
CORRECT_HOW = (
    "更正上报，请写编号和新内容，例如：重报 42 志愿服务 3月5日 2小时。\n"
    f"更正姓名、入党时间等，请写明哪一项，例如：更正 姓名 张三。{NO_SECRETS}"
)
BAD_DAY = "没有看懂日期“{text}”，请写成 3月5日 或 2026-03-05 再发一次。"
WITHDRAWN = "{number}号上报已取消：{day} {item} {quantity}{unit}，没有计分。"
TAKE_BACK_HOW = "请写明编号，例如：撤回 42。"
LINE = "{number}号 {day} {item} {quantity}{unit}"
TAKE_BACK_OWN = "撤回{line}"
TAKE_BACK_DECIDED = "撤回对{line}的确认"
TAKE_BACK_NONE = "目前没有可以撤回的。"
REDO = "改好重报{line}"
MY_REPORTS_EMPTY = "您还没有上报记录。发送“项目”查看可以上报的项目。"
STEP = "第{step}步（共{total}步），等{unit}处理"
MY_REPORTS_LINE = "{number}号 {day} {item} {quantity}{unit}：{state}{reason}"
ITEMS_HEAD = "可以自己上报的项目："
ITEMS_LINE = "{code} {name}（{unit}）"
ITEMS_FOOT = "例如：上报 {example} 昨天。会议、活动由支部登记，不用上报。"
PHOTO_TAKEN = "照片已收到，附在{number}号上报后面。一条上报最多三张，十分钟内可以接着发。"
PHOTO_KEPT = "照片已收到，报完以后自动附上。请接着回复：\n"
PHOTO_FIRST = "收到照片，先替您留十分钟；办法要求照片的项目报完会自动附上，别的项目不用照片。\n"
PHOTO_NEXT = "照片已收到，附在{number}号上报后面。"
PHOTO_NOT_ASKED = "收到照片。这里不用照片，请接着回复：\n"
NOTHING_BEGUN = "现在没有说到一半的上报。"
BEGIN_HOW = "要上报请直接说，例如：昨天社区清扫2小时；或发送“上报”，按序号选。"
DRAFT_SO_FAR = "明白了：{what}。"
DRAFT_WHO = (
    "您说的是“{who}”做的事吗？积分只能由本人上报，别人的事请他本人上报，或请支部书记登记。\n"
    "1 是我本人做的，继续上报\n0 不是，不报了"
)
DRAFT_ITEM = "您要上报哪一项？回复序号："
DRAFT_MORE = "8 看其他项目"
DRAFT_DAY = "是哪一天的事？回复序号，或直接写日期："
DRAFT_DAY_SAID = "“{said}”具体是哪一天？每次报一天。回复序号，或直接写日期："
DRAFT_DAY_BAD = "没有看懂日期“{said}”。是哪一天的事？回复序号，或直接写日期："
DRAFT_DAY_FOOT = "更早的请写日期，如 11月3日 或 1103"
DRAFT_AMOUNT = "一共多少{unit}？"
DRAFT_AMOUNT_SAID = "“{said}”是多少{unit}？"
DRAFT_AMOUNT_UNFIT = "您说的是{said}。这一项每次报{least}{most}{unit}，按{step}{unit}递增，请改一下。"
DRAFT_AMOUNT_FOOT = "回复数字就行，例如 {example}。"
DRAFT_LEVEL = "是哪一级的？回复序号："
DRAFT_EVIDENCE = f"请写明文号或证书编号（{{basis}}）。直接回复号码就行。{NO_SECRETS}"
DRAFT_SAME = "1 是另一件事，照样上报\n0 是同一件，不报了"
DRAFT_BACK = "0 上一步。发送“取消”不报了。"
DRAFT_END = "0 取消，不报了"
DRAFT_CANCELLED = "好的，没有上报。以后要报，直接说做了什么、哪天、多久就行，例如：周六上午社区清扫3小时。"
DRAFT_AGAIN = "没有看懂“{said}”。请按下面的提示回复。\n{question}"
DRAFT_EXPIRED = "刚才说到的隔得太久，已经作废，什么都没有办。请从头再说一遍，例如：昨天志愿服务2小时。"
DRAFT_HELP = "您正在上报，还没有报上去。\n{question}"
DRAFT_LATE = "这句话来晚了，没有用上。现在到这一步：\n{question}"
CHECK_PHOTOS = "照片：已有{count}张，报完自动附上"
CHECK_NO_PHOTOS = "照片：还没有。这一项要附照片，请现在发来，或报完后十分钟内发（最多三张）"
DRAFT_HEARD = "听到的是：“{said}”。\n"
CHECK_HEAD = "请核对，还没有上报："
CHECK_ASK = "1 确认上报"
NOT_DONE = (
    "您说“{said}”，没有做成的事不用上报，也不会因此扣分。若是做成了，请写明做了什么、哪天、多久，再发一次。"
)
NOT_YET = "您说“{said}”，那天还没有到。事情做完以后再来上报；若是写错了，请写对日期再发一次，例如：昨天志愿服务2小时。"
PLANNED = "您说“{said}”，还没有做的事先不用报，做完以后再来上报。若是已经做了，请写明哪天做的，例如：昨天志愿服务2小时。"
BY_BRANCH = "“{item}”由支部按签到或名册登记，不用自己上报。如有遗漏，请告诉支部书记。"
ITEM_HOW = (
    "{name}（{code}）：可以自己上报，按{unit}记{bounds}。{levels}{evidence}\n"
    "办法依据：{clause}。要上报就直接说，例如：昨天{word}{example}。"
)
