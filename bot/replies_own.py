"""What the bot says of one's own points, hours, lists, absences and opinions."""

from __future__ import annotations

from jifen.web.secrecy import NO_SECRETS

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
MY_APPRAISAL = "{year}年民主评议（{branch}）：{state}{grade}"
MY_APPRAISAL_EMPTY = "目前没有您的民主评议结果。支部开始评议并公示后，您可以在这里查看。"
MY_APPRAISAL_SHOWN = "对公示的等次有异议，可以在公示期内向支部或上级党组织提出。"
OBJECT_LIST = "{what}：可提异议到{day}（还有{left}个工作日）。"
OBJECT_SCORE = "目前没有公示中的名单，可以对本人当前积分提出异议。"
OBJECT_WHAT = "哪里不对？回复序号："
OBJECT_HOW = (
    "也可以直接写，例如：异议 9月15日的党员大会没有记\n"
    "针对自己的某条上报，请写编号：异议 42 数量应为3小时\n"
    f"书面异议请交给支部其他委员或机关党建办。\n{NO_SECRETS}"
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
    f"不想留名请写：减负意见 匿名 同一张表填了三遍\n意见直接送工委办公室。\n{NO_SECRETS}"
)
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
