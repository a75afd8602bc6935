"""Every sentence the bot says that is not a refusal."""

from __future__ import annotations

from jifen.web.secrecy import NO_SECRETS

BUSY = "系统繁忙，请过一会儿再发一次。刚才的内容没有重复登记。"
WELCOME = "欢迎使用机关党员积分。"
HOW_TO_BIND = (
    "您还没有绑定。请向所在党支部领取绑定码（纸条上的8位字符），然后发送：\n"
    "绑定 绑定码 您的姓名\n例如：绑定 ABCD3467 张三\n也可以请支部在电脑上打开绑定二维码，您用微信扫一扫。"
)
WECOM_HOW_TO_BIND = (
    "您的企业微信还没有绑定。请在企业微信里打开工作台并登录，在“我的账号”里点“绑定企业微信”，再来这里发送。"
    "没有工作台账号的同志，请在微信里打开公众号。"
)
BOUND = "绑定成功，{name}同志。\n发送“我的积分”查看积分，发送“帮助”了解更多。"
AGREE_FIRST = "在您答复之前，这里只能发送：同意、不同意、谁能看到我、帮助。\n\n"
TEXT_CHANGED = "个人信息处理说明有更新，请您再看一次：\n\n"
PENDING_HELP = (
    "您的绑定在等您答复。您可以发送：\n同意 — 完成绑定\n不同意 — 不绑定，由支部用纸面方式办理，没有任何影响\n"
    "谁能看到我 — 看哪些岗位能看到您的信息"
)
DECLINED = (
    "好的，没有绑定，您的微信标识没有保留。\n您的事务由支部用纸面方式办理，积分照样计算，没有任何影响。"
    "以后想用微信，请向支部重新领取绑定码。"
)
WITHDRAWN_CONSENT = (
    "已撤回同意，绑定已解除，您的微信标识已删除。\n您的事务由支部用纸面方式办理，积分照样计算，没有任何影响。"
    "以后想用微信，请向支部重新领取绑定码。"
)
RENEWED = "谢谢，已记下您的同意。发送“帮助”查看可以做什么。"
ALREADY_AGREED = "您已经同意过，不用再答复。若是要确认上报，请写明编号，例如：通过 42。"
DISAGREE_HOW = (
    "若是退回上报，请写明编号和原因，例如：退回 42 日期写错了。若是不再同意用微信办理，请发送“撤回同意”。"
)
SEEN_HEAD = "今天能看到您信息的岗位："
SEEN_LINE = "· {unit} {roles}：{sees}"
SEEN_BY_NOBODY = "您目前不在任何支部，没有岗位能看到您的积分。"
MY_DATA = (
    "请在{minutes}分钟内打开，可以看、打印，也可以存成表格：\n{url}\n只给您本人，请不要转发。每次导出有记录。\n"
    "不方便用手机看的，可以请所在党支部书记打印纸面。"
)
ASKED = (
    "已收到，申请编号{number}：{what}。\n由{unit}答复，{day}前告诉您结果和理由，答复人不是您本人。\n"
    "发送“我的申请”查看，发送“撤回申请 {number}”可撤回。"
)
ASK_HOW = {
    "correct": (
        "请写明更正哪一项、应改成什么，例如：更正 姓名 张三，或：更正 入党时间 2015-06-01。\n"
        f"可以更正：{{known}}。{NO_SECRETS}"
    ),
    "object": (
        "请写明反对哪一项和理由，例如：反对 导出 不希望列入名单。\n可以写：名单、导出、提醒、其他。"
        f"{NO_SECRETS}\n对积分和公示结果的意见请发送“异议”。"
    ),
    "limit": (
        "请写明限制哪一项和理由，例如：限制处理 名单 正在申请更正。\n可以写：名单、导出、提醒、其他。"
        f"{NO_SECRETS}"
    ),
}
MY_REQUESTS_LINE = "{number}号 {what}：{state}{more}"
MY_REQUESTS_EMPTY = "您没有提过申请。发送“更正”“反对”“限制处理”可以看怎样提出。"
WITHDRAW_REQUEST = "撤回{number}号申请"
REQUEST_WITHDRAWN = "{number}号申请已撤回。可以重新提出。"
WITHDRAW_REQUEST_HOW = "请写明编号，例如：撤回申请 12。发送“我的申请”查看编号。"
TAKEN_HEAD = "导出过含您的名单："
TAKEN_LINE = "· {day} {who} {what}"
TAKEN_NONE = "没有人导出过含您的名单。"
ALREADY = (
    "这个微信已经绑定过了，可以直接使用。发送“帮助”查看可以做什么。\n"
    "一个微信只能绑定一位同志；要更换，请先联系所在支部解除原来的绑定。"
)
HELP = (
    "您可以发送：\n"
    "我的积分 — 查看总分和名次\n"
    "为什么 — 看分数怎么算的\n还差什么 — 离下一等次还差多少\n志愿时长 — 签到、补录的时长和星级\n"
    "志愿证明 — 申请和查看志愿服务记录证明\n"
    "上报 项目 日期 数量 — 例如：上报 志愿服务 昨天 2小时\n"
    "也可以直接说（打字、语音都行）：周六上午社区清扫3小时；或发“上报”，按序号选\n"
    "项目 — 可以上报的项目\n"
    "我的上报 — 查看处理情况\n"
    "活动 — 近期可以参加的活动，报名和签到\n"
    "公示 — 查看支部公示里您的一行\n"
    "撤回 编号 — 取消还没处理的上报\n"
    "异议 — 对公示或本人积分提出异议\n"
    "消息 — 查看没有推送给您的通知\n提醒设置 — 打开或关闭提醒和通知\n减负意见 — 哪里太多太烦，直接告诉工委\n"
    "谁能看到我 — 哪些岗位能看到您的信息\n"
    "导出我的数据 — 看和保存关于您的全部记录\n"
    "更正 姓名 张三 — 要求更正个人信息（还可以：反对、限制处理）\n"
    "撤回同意 — 解除绑定，改由支部办理\n"
    "不方便用手机也没关系，可以请支部书记代为登记。"
)
HELP_DECIDER = (
    "\n\n您是负责人，还可以发送：\n待审 — 等您处理的上报\n通过 编号 — 确认（一行一条，可以连着写几行）\n"
    "全部通过 — 先数一遍再一起确认\n"
    "退回 编号 原因 — 退回\n撤回 编号 — 24小时内撤回确认\n"
    "谁来了、签到码、截止报名、办结 — 您组织的活动"
)
UNKNOWN = "没有看懂“{text}”。请换个说法，或回复序号："
#: What is offered where nothing was understood: label, and what it says.
FIRST_STEPS = (
    ("上报做过的事", "上报"),
    ("我的积分", "我的积分"),
    ("我的上报", "我的上报"),
    ("全部说明", "帮助"),
)
HELP_HEAD = (
    "您可以发送下面的话，也可以只回复序号。要上报可以直接说（打字、语音都行），例如：周六上午社区清扫3小时。"
)
HELP_FOOT = "不方便用手机也没关系，可以请支部书记代为登记。"
HELP_CHOICES = (
    ("上报 — 按序号一步步选", "上报"),
    ("我的积分 — 总分和名次", "我的积分"),
    ("为什么 — 分数怎么算的", "为什么"),
    ("本期还差什么 — 离下一等次还差多少", "本期还差什么"),
    ("我的上报 — 查看、撤回、改好重报", "我的上报"),
    ("志愿时长 — 已确认的小时数", "志愿时长"),
    ("公示 — 支部公示里您的一行", "公示"),
    ("我的名次 — 只有您自己能看到", "我的名次"),
    ("异议 — 对公示或本人积分提出异议", "异议"),
    ("项目 — 可以上报的项目", "项目"),
    ("考勤 — 缺席记录和请假", "考勤"),
    ("请假", "请假"),
    ("志愿证明 — 申请和查看", "志愿证明"),
    ("提醒设置 — 打开或关闭每月提醒", "提醒设置"),
    ("减负意见 — 哪里太多太烦，直接告诉工委", "减负意见"),
    ("谁能看到我 — 哪些岗位能看到您的信息", "谁能看到我"),
    ("导出我的数据 — 看和保存关于您的全部记录", "导出我的数据"),
    ("更正 — 姓名、日期等信息不对", "更正"),
    ("我的申请 — 更正、反对、限制处理的办理情况", "我的申请"),
)
HELP_DECIDER_CHOICES = (
    ("待审 — 等您处理的上报，逐条看", "待审"),
    ("全部通过 — 先数一遍再一起确认", "全部通过"),
)
HELP_DECIDER_FOOT = "也可以一行一条直接写：通过 42、退回 42 日期写错了、撤回 42。"
NOT_TEXT = "目前请用文字发送。例如：上报 志愿服务 昨天 2小时。发送“帮助”查看全部说明。"
NOT_TEXT_OF = {
    "wecom_image": "企业微信这里不收照片。请在微信里打开公众号发照片；别的话照常可以在这里说，例如：待审。",
    "voice": ("这段语音没有带文字，看不懂。请长按语音，选“转文字”，复制后发给我；或者只回复序号："),
    "location": "收到位置，这里用不上，也没有保存。要上报请直接说，例如：昨天社区清扫2小时。发送“帮助”查看全部说明。",
    "link": "收到链接，这里打不开。要上报请直接说，例如：昨天社区清扫2小时。发送“帮助”查看全部说明。",
    "file": "收到文件，这里不收文件。材料请交给支部书记；要上报请直接说，例如：昨天社区清扫2小时。",
    "video": "收到视频，这里不收视频。要上报请直接说，例如：昨天社区清扫2小时。发送“帮助”查看全部说明。",
    "shortvideo": "收到视频，这里不收视频。要上报请直接说，例如：昨天社区清扫2小时。发送“帮助”查看全部说明。",
    "sticker": "收到您的表情。要查积分请发“我的积分”，要上报请直接说，例如：昨天社区清扫2小时。",
}
MY_POINTS = "{period}积分：{total}分\n{places}发送“为什么”查看这个分数怎么来的。"
NO_PLACE = "您不参加排名。\n"
PLACE = "{unit}第{place}名（共{of}人）"
RANKING = "您的名次（{period}，{total}分）：\n{places}\n名次只有您自己能看到。"
PUBLICITY = (
    "{unit}{period}{kind}（{state}，{since}至{until}）\n{mine}\n"
    "名单可向支部查阅。有异议请在公示期内发送“异议”，或书面、当面向支部提出。"
)
PUBLICITY_MINE = "您：期初{opening}分，本期{gained}分，累计{total}分"
PUBLICITY_NOT_IN = "这份名单里没有您。"
PUBLICITY_NONE = "您的支部还没有公示过积分名单。发送“我的积分”可以查看自己的积分。"
WHY_HEAD = "{period}共{total}分（办法：{book} {version}）"
WHY_LINE = "· {why} {points}分"
WHY_ENTRY = "· {day} {item} {quantity}{unit}：{points}分（{clause}；{decider}确认）"
WHY_NONE = "{period}您在“{item}”还没有记录。"
WHY_EACH = "看{item}的每一笔"
WHY_MORE = "发送“为什么 项目”看某一项的每一笔，例如：为什么 {item}"
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
REVOKED = (
    "{number}号的确认已撤回，{name}同志的这笔积分已冲正：{day} {item} {quantity}{unit}。本人现为{total}分。"
)
TAKE_BACK_HOW = "请写明编号，例如：撤回 42。"
APPROVED = "已确认：{number}号 {name} {day} {item} {quantity}{unit}，本人现为{total}分。"
APPROVED_ONWARD = (
    "已确认：{number}号 {name} {day} {item} {quantity}{unit}。这一项须逐级确认，已转{next}办理。"
)
APPROVED_ATTACHED = "{number}号 {name} {day} {item}：这件事已经记过分，已作为印证并入，不重复计分。"
APPROVE_HOW = "请写明编号，例如：通过 42。发送“待审”查看等您处理的上报。"
RETURNED = (
    "已退回{number}号（{name}），原因：{reason}。{day} {item} {quantity}{unit}没有计分；"
    "本人会收到通知，改正后可重新上报。"
)
RETURN_WHY = "退回{number}号（{name} {day} {item} {quantity}{unit}），是什么原因？回复序号："
RETURN_WHY_FOOT = f"别的原因请写：退回 {{number}} 原因。{NO_SECRETS}"
RETURN_REASONS = ("日期写错了", "数量不对", "项目选错了", "与另一条重复", "情况不属实")
RETURN_MATERIAL = "缺少材料"
RETURN_HOW = f"请写明编号和原因，例如：退回 42 日期写错了。{NO_SECRETS}"
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
LINE = "{number}号 {day} {item} {quantity}{unit}"
TAKE_BACK_OWN = "撤回{line}"
TAKE_BACK_DECIDED = "撤回对{line}的确认"
TAKE_BACK_NONE = "目前没有可以撤回的。"
REDO = "改好重报{line}"
QUEUE_FOOT = "回复“通过 编号”或“退回 编号 原因”。"
NOT_DECIDER = "您目前没有需要处理的上报。发送“我的上报”查看自己的上报。"
MY_REPORTS_EMPTY = "您还没有上报记录。发送“项目”查看可以上报的项目。"
STEP = "第{step}步（共{total}步），等{unit}处理"
MY_REPORTS_LINE = "{number}号 {day} {item} {quantity}{unit}：{state}{reason}"
MY_APPRAISAL = "{year}年民主评议（{branch}）：{state}{grade}"
MY_APPRAISAL_EMPTY = "目前没有您的民主评议结果。支部开始评议并公示后，您可以在这里查看。"
MY_APPRAISAL_SHOWN = "对公示的等次有异议，可以在公示期内向支部或上级党组织提出。"
ITEMS_HEAD = "可以自己上报的项目："
ITEMS_LINE = "{code} {name}（{unit}）"
ITEMS_FOOT = "例如：上报 {example} 昨天。会议、活动由支部登记，不用上报。"
REMINDERS_ON = "已打开每月提醒。"
REMINDERS_OFF = "已关闭每月提醒。需要时发送“打开提醒”。"
OBJECT_LIST = "{what}：可提异议到{day}（还有{left}个工作日）。"
OBJECT_SCORE = "目前没有公示中的名单，可以对本人当前积分提出异议。"
OBJECT_HOW = (
    "请说明哪里不对，例如：\n异议 9月15日的党员大会没有记\n"
    "针对自己的某条上报，请写编号：异议 42 数量应为3小时\n"
    f"{NO_SECRETS}也可以把书面异议交给支部其他委员或机关党建办。"
)
OBJECTED = (
    "已收到，异议编号{number}：{what}。\n由{unit}复核，{day}前答复，复核人不是原来确认的同志。\n"
    "发送“我的异议”查看，发送“撤回异议 {number}”可撤回。"
)
MY_OBJECTIONS_LINE = "{number}号 {what}：{state}{more}"
MY_OBJECTIONS_EMPTY = "您没有提过异议。发送“异议”查看现在可以对什么提出。"
WITHDRAW_OBJECTION = "撤回{number}号异议"
OBJECTION_WITHDRAWN = "{number}号异议已撤回。异议期内可以重新提出。"
WITHDRAW_OBJECTION_HOW = "请写明异议编号，例如：撤回异议 12。发送“我的异议”查看编号。"

BURDEN_HEARD = "意见已送到工委办公室，有答复会告诉您。"
BURDEN_NAMELESS = "意见已送到工委办公室，没有留下您的姓名，所以收不到答复。"

BATCH_HEAD = "可以一起确认的有{count}条："
BATCH_LINE = "{number}号 {name} {day} {item} {quantity}{unit}{why}"
BATCH_MORE = "……另有{count}条"
BATCH_APART = "另有{count}条请您单独看，不在其中："
BATCH_ASK = "1 确认这{count}条\n0 先不确认"
BATCH_NONE = "没有可以一起确认的，下面这些请您单独看："
BATCH_DONE = "已确认{count}条，积分已更新："
BATCH_LEFT = "没有确认，请单独看："
BATCH_NOT = "好的，没有一起确认。可以发送“通过 编号”逐条确认。"
BATCH_LATE = "这句话来晚了，没有确认任何一条。请发送“待审”重新查看。"
PHOTO_TAKEN = "照片已收到，附在{number}号上报后面。一条上报最多三张，十分钟内可以接着发。"
PHOTO_KEPT = "照片已收到，报完以后自动附上。请接着回复：\n"
PHOTO_FIRST = "收到照片，先替您留十分钟；办法要求照片的项目报完会自动附上，别的项目不用照片。\n"
PHOTO_NEXT = "照片已收到，附在{number}号上报后面。"
PHOTO_NOT_ASKED = "收到照片。这里不用照片，请接着回复：\n"

NOTHING_BEGUN = "现在没有说到一半的上报。"
BEGIN_HOW = "要上报请直接说，例如：昨天社区清扫2小时；或发送“上报”，按序号选。"
BIND_HOW = (
    "您已经绑定，可以直接用，换手机不用重新绑定（登录原来的微信就行）。"
    "换了微信号的，请向所在党支部领取新的绑定码，用新微信发送：绑定 绑定码 您的姓名。"
)
CHOICE_MORE = "8 看后面的"
CHOICE_BACK = "0 上一步"
CHOICE_END = "0 不看了"
CHOICE_LEFT = "好的。发送“帮助”查看可以做什么。"
CHOICE_HELP = "请回复下面的序号；也可以直接发别的话。"
CHOICE_LATE = "这句话来晚了，没有用上。现在到这一步：\n{question}"
CHOICE_SURE = "请核对，还没有办：{what}"
CHOICE_YES = "确认"
QUEUE_WORD = "待审"

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

MISSING_HEAD = "{period}您现在{total}分。"
MISSING_GRADE = "离“{grade}”（{at_least}分）还差{left}分。"
MISSING_NOTHING = "分数已经达到最高等次的线，等次由支部按办法评定。"
MISSING_TARGET = "还没有到基准积分{line}分。"
MISSING_CATEGORY = "· {name}：已得{have}分，最多{cap}分"
MISSING_FOOT = (
    "没有哪一项非做不可，会议和学习由支部登记。发送“项目”看可以自己上报的，发送“为什么”看每一项的分。"
)
HOURS = "您的志愿时长：合计{total}\n签到{verified}，补录{attested}（两者分开记）"
HOURS_STAR = "星级：{star}"
HOURS_NEXT = "离下一星还差{left}"
HOURS_WAITING = "另有{waiting}待审核或待核对，不在合计里。"
HOURS_RECORD = "· {span}，{title}"
HOURS_REPORTED = "另有{hours}小时是按上报或名单记的，只计积分；要记入时长，请告诉支部补录。"
CERTIFICATE_NONE = "还没有申请过志愿服务证明。"
CERTIFICATE_LINE = "· {unit}（{year}）{hours}：{state}"
CERTIFICATE_VERIFY = "\n  核验：{address}"
CERTIFICATE_WHY = "（{reason}）"
CERTIFICATE_CHOICE = "由{unit}出具（{hours}）"
CERTIFICATE_HOW = "要申请新的，发送“我要证明”。证明是纸质的，盖章、登记以后才有效。"
CERTIFICATES_NONE = "没有您经办的成批出具。请在工作台“志愿服务证明”里给一个支部成批出具。"
CERTIFICATES_LINE = "{branch}（{year}）：{state}，看过{seen}/{total}人，已打印{printed}份"
CERTIFICATES_LEFT_OUT = "没有出具的："
CERTIFICATES_LEFT = "· {name}：{why}"
CERTIFICATES_MORE = "……还有{count}人，请到工作台看。"
CERTIFICATE_WHICH = "有几个组织记录了您的时长，谁记录谁证明。请选择由哪个出具："
CERTIFICATE_WHICH_FOOT = "也可以发送“我要证明 {number}”。"
CERTIFICATE_ASKED = "已申请：由{unit}出具志愿服务记录证明。办好告诉您去取；发送“志愿证明”查看办到哪一步。"
HOURS_NONE = (
    "还没有志愿时长。参加活动时签到、签退就会自动记上；漏记的请告诉支部补录。"
    "只想上报积分，请直接说，例如：昨天社区清扫2小时。"
)
REMINDERS_TURN_OFF = "关闭提醒"
REMINDERS_TURN_ON = "打开提醒"
REMINDERS_ARE_ON = "每月提醒现在开着，每月最多一条。不想收到请发送“关闭提醒”。"
REMINDERS_ARE_OFF = "每月提醒现在关着。想收到请发送“打开提醒”。"
BURDEN_HEAD = "哪里太多太烦？回复序号："
BURDEN_CHOICES = (
    "同样的内容报了几遍",
    "表格和台账太多",
    "会议和检查太多",
    "催报太急太频繁",
    "系统不好用",
)
OBJECT_CHOICES = (
    "有的事没有记上，请与我核对",
    "数量或分值不对，请与我核对",
    "记了不是我做的事，请与我核对",
    "日期或项目不对，请与我核对",
)
EXPLAIN_CHOICES = ("当天出差在外", "当天另有公务", "当天参加培训", "已经请过假", "当天家里有事")
LEAVE_CHOICES = ("公务", "培训", "休假", "事假")
BURDEN_HOW = (
    "也可以直接写，例如：减负意见 同一张表填了三遍\n"
    f"不想留名请写：减负意见 匿名 同一张表填了三遍\n意见直接送工委办公室。{NO_SECRETS}"
)
SCANNED = (
    "扫到的码这里用不上。绑定请用支部发的绑定码；签到请扫组织者屏幕上现在的码，或发送“签到”加6位数字。"
    "发送“帮助”查看可以做什么。"
)
NO_MORE = "后面没有了。发送“帮助”查看可以做什么。"
PAGE_FOOT = "\n……还有内容，点开看（{minutes}分钟内有效，只给您本人）：{url}\n或发送“更多”接着看。"
REST_GONE = "这里没有内容了。请回到微信里重新发送刚才的话。"

ABSENCE_LINE = "{number}号 {what}：{state}{more}"
ABSENCE_ASKS = "，{until}前可发送“说明 {number} 原因”"
ABSENCE_NONE = "没有缺席、迟到或早退的记录。"
LEAVE_LINE = "请假 {days}（{reason}）：{state}"
ATTENDANCE_FOOT = "记录有误请发送“异议”，或当面告诉支部。"
EXPLAIN_NOTHING = "没有等您说明的缺席记录。发送“考勤”可以查看。"
EXPLAIN_HOW = "请写明编号和原因，例如：说明 {number} 当天出差在外。请不要写病情等隐私。"
EXPLAINED = "已记下您对{what}的说明，由支部负责人处理，结果会告诉您。"
LEAVE_DAY = "要请哪一天的假？回复序号："
LEAVE_HOW = "要请假请写明日期和事由（公务、培训、休假、事假），例如：请假 12月3日 公务。不用写病情等隐私。"
LEAVE_REASON = (
    "{day}请假是什么事由？请连日期再发一次：公务、培训、休假或事假，例如：请假 {day} 事假。不用写病情等隐私。"
)
LEAVE_ASKED = "已登记请假：{days}（{reason}），等支部负责人批准，结果会告诉您。"
MESSAGES_HEAD = "给您的消息："
MESSAGES_NONE = "没有新的消息。"
WECHAT_IS_ON = "微信通知现在开着：有了结果会在这里告诉您。不想收到请发送“关闭微信通知”。"
WECHAT_IS_OFF = "微信通知现在关着，想收到请发送“打开微信通知”。"
WECOM_IS_ON = "企业微信通知现在开着。不想收到请发送“关闭企业微信通知”。"
WECOM_IS_OFF = "企业微信通知现在关着，想收到请发送“打开企业微信通知”。"
WAYS_FOOT = "不推送也不会误事：随时发送“消息”可以查看，支部书记也会当面告诉您。"
WAY_ON = "已打开{way}通知。"
WAY_OFF = "已关闭{way}通知。以后发送“消息”查看，或由支部书记当面告诉您。"
