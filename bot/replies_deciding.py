"""What the bot says to whoever decides."""

from __future__ import annotations

from jifen.web.secrecy import NO_SECRETS

REVOKED = (
    "{number}号的确认已撤回，{name}同志的这笔积分已冲正：{day} {item} {quantity}{unit}。本人现为{total}分。"
)
APPROVED = "已确认：{number}号 {name} {day} {item} {quantity}{unit}，本人现为{total}分。"
APPROVED_ONWARD = (
    "已确认：{number}号 {name} {day} {item} {quantity}{unit}。这一项须逐级确认，已转{next}办理。"
)
APPROVED_ATTACHED = "{number}号 {name} {day} {item}：这件事已经记过分，已作为印证并入，不重复计分。"
APPROVE_HOW = "请写明编号，例如：通过 42。"
APPROVE_HOW_LIST = "请写明编号，例如：通过 42；也可以回复下面的序号。"
RETURNED = (
    "已退回{number}号（{name}），原因：{reason}。{day} {item} {quantity}{unit}没有计分；"
    "本人会收到通知，改正后可重新上报。"
)
RETURN_WHY = "退回{number}号（{name} {day} {item} {quantity}{unit}），是什么原因？回复序号："
RETURN_WHY_FOOT = f"别的原因请直接写出来，或写：退回 {{number}} 原因。\n{NO_SECRETS}"
RETURN_REASONS = ("日期写错了", "数量不对", "项目选错了", "与另一条重复", "情况不属实")
RETURN_MATERIAL = "缺少材料"
RETURN_HOW = f"请写明编号和原因，例如：退回 42 日期写错了。\n{NO_SECRETS}"
QUEUE_EMPTY = "目前没有等您处理的上报。"
QUEUE_HEAD = "等您处理的上报（{count}条）："
QUEUE_LINE = "{number}号 {name} {day} {item} {quantity}{unit}{words}"
QUEUE_LOOK = "看 {line}"
LOOK_HEAD = "{number}号 {name} {day} {item} {quantity}{unit}：{state}"
LOOK_BRANCH = "支部：{branch}"
LOOK_LEVEL = "级别：{level}"
LOOK_WORDS = "说明：{words}"
LOOK_EVIDENCE = "佐证：{evidence}"
LOOK_APART = "请留意：{why}"
LOOK_RETURNED = "退回原因：{reason}"
LOOK_PHOTOS = "照片：{states}"
LOOK_AGAIN = "其中有照片与另一条上报用过的相同，请向本人了解，不一定有问题。"
LOOK_PAGE = "看照片（{minutes}分钟内有效，只给您本人）：{url}"
LOOK_APPROVE = "通过"
LOOK_RETURN = "退回"
LOOK_NEXT = "先不处理，看别的"
QUEUE_FOOT = "回复“通过 编号”或“退回 编号 原因”。"
NOT_DECIDER = "您目前没有需要处理的上报。发送“我的上报”查看自己的上报。"
BATCH_HEAD = "可以一起确认的有{count}条："
BATCH_LINE = "{number}号 {name} {day} {item} {quantity}{unit}{why}"
BATCH_MORE = "……另有{count}条"
BATCH_APART = "另有{count}条请您单独看，不在其中："
BATCH_ASK = "1 确认这{count}条\n0 先不确认"
BATCH_NONE = "没有可以一起确认的，下面这些请您单独看："
BATCH_DONE = "已确认{count}条，积分已更新："
BATCH_TOTAL = "{line}，本人现为{total}分"
BATCH_LEFT = "没有确认，请单独看："
BATCH_OTHERS = "另有{count}件示范岗、荣誉不在其中，请发送“待审”办理。"
BATCH_NOT = "好的，没有一起确认。可以发送“通过 编号”逐条确认。"
BATCH_LATE = "这句话来晚了，没有确认任何一条。请发送“待审”重新查看。"
QUEUE_WORD = "待审"
