"""What the bot says about model posts and honours."""

from __future__ import annotations

MINE = "您的示范岗，回复序号看或办理："
LINE = "岗{number} {title}（{kind}）：{state}{more}"
UNTIL = "，牌号{plate}，有效期至{until}"
RECTIFY = "，请在{day}前改好"
NONE = "您还没有申报过示范岗。"
OPEN = "申报{kind}（还有{left}个名额）"
FULL = "现在没有空余的名额。"
FOOT = "姓名、照片上不上墙由您定，在您的岗里选。\n申报自愿，不申报不扣分。"
WAITING = "等您审核、复核的示范岗有{count}个，请发送“待审”办理。"

QUEUE_HEAD = "等您处理的（{count}件）："
QUEUE_POST = "岗{number} {title}（{kind}，{lead}）{what}"
QUEUE_HONOUR = "誉{number} {name} {level} {title}"
ASKED = {"application": "申报", "review": "复核"}

LOOK_POST = "岗{number} {title}\n{kind}，{unit}，负责人{lead}，目前：{state}"
LOOK_DEEDS = "事迹：{deeds}"
LOOK_FOUND = "核对：{found}"
LOOK_ANSWERS = "群众评价：{answers}"
LOOK_SAID = "{unit}：{reason}"
LOOK_HONOUR = (
    "誉{number} {name} {title}\n{level}{collective}，{day}，依据：{evidence}，{prepared}登记，目前：{state}"
)
COLLECTIVE = "（集体）"
APPROVE, REFUSE, NEXT = "通过", "退回，先选原因", "回到待审"
NEEDS_WORDS = "{outcome}，先选原因"

APPLIED = (
    "已申报：岗{number} {title}（{kind}），由{unit}先审。结果会告诉您；改主意了请发送“撤回 岗{number}”。"
)
APPLY_SO_FAR = "正在申报{kind}{what}。\n"
APPLY_TITLE = "{so_far}叫什么名称？回复序号，或直接写名称（会公开，不要写人的姓名）："
APPLY_CALLED = "{unit}{kind}"
APPLY_PEOPLE = "{so_far}除了负责人{lead}，还有哪些成员？回复序号一个一个选，或直接写姓名，几个人用空格隔开："
APPLY_NAMES = "{so_far}除了负责人{lead}，还有哪些成员？请写本支部同志的姓名，几个人用空格隔开；没有就回1："
APPLY_NOBODY_ELSE, APPLY_ENOUGH, APPLY_NONE_AFTER_ALL = "没有别人", "就这些人", "重新选"
APPLY_CHOSEN = "已选：{people}。\n"
APPLY_NO_SUCH = "本支部没有“{name}”，请核对姓名，或写党员编号。\n"
APPLY_TWO = "本支部有几位“{name}”，请改写党员编号。\n"
APPLY_STAFF = "{so_far}这里一共有几名工作人员（包括不是党员的）？回复数字就行，例如 10。"
APPLY_STAFF_MEMBERS = "{so_far}其中党员几人？回复数字就行，例如 6。"
APPLY_LEADER = "{so_far}这里的负责人中有没有党员？回复序号："
APPLY_LEADER_YES, APPLY_LEADER_NO = "有", "没有"
APPLY_LEADER_AGAIN = "改负责人中有没有党员"
APPLY_DEEDS = "{so_far}做了哪些事？请写几句（会公开，不要写人的姓名）；不想细写的回1："
APPLY_DEEDS_LATER = "本岗有党员{count}人，具体事迹请审核人现场了解。"
APPLY_SHORT = "请至少写10个字。\n"
APPLY_CHECK = "请核对，还没有申报：\n{kind}：{title}\n负责人：{lead}{more}\n事迹：{deeds}"
APPLY_MORE_PEOPLE, APPLY_MORE_STAFF = "\n成员：{people}", "\n工作人员{staff}人，其中党员{members}人"
APPLY_MORE_LEADER = "\n负责人中{has}党员"
APPLY_DO, APPLY_AGAIN = "提交申报", "改{part}"
APPLY_WHICH = "没有“{kind}”这种示范岗。可以申报的有：{kinds}。"
ONWARD = "已通过：岗{number} {title}。接下来由{unit}审核。"
PUBLICISED = "已通过：岗{number} {title}，从今天起公示{days}个工作日，没有成立的异议就授牌。"
REFUSED = "已退回：岗{number} {title}（理由：{reason}），系统会告诉申报人。"
CANCELLED = "已撤回申报：岗{number} {title}。改好可以再报，不用等。"
REVIEWED = "已复核：岗{number} {title}，结论：{outcome}，目前：{state}。"
TAKEN_DOWN = "已摘牌：岗{number} {title}（理由：{reason}），公示墙上已经没有了，系统会告诉本岗同志。"
CONFIRMED = "已确认：誉{number} {name} {title}（{level}），按积分办法计分；同一件事只计最高的一项。"
HONOUR_ONWARD = "已确认：誉{number} {name} {title}（{level}）。接下来还要上一级确认，确认后计分。"
HONOUR_REFUSED = "已退回：誉{number} {name} {title}（理由：{reason}），系统会告诉登记人。"
REVOKED = "已撤销：誉{number} {name} {title}（理由：{reason}），它带来的积分已经冲回。"
NOT_OF_HONOUR = "荣誉可以“通过”“退回”“撤销”，例如：退回 誉{number} 文号不对。"

WHY = "{outcome}岗{number} {title}，是什么原因？回复序号："
WHY_HONOUR = "{outcome}誉{number} {name} {title}，是什么原因？回复序号："
WHY_FOOT = "别的原因请写：{word} {what}{number} 原因。"
REASONS_REFUSE = ("条件还不具备", "事迹不够具体", "和别的岗重复")
REASONS_REVIEW = ("群众评价下降", "投诉属实", "条件不再具备")
REASONS_HONOUR = ("文件或证书编号不对", "级别不对", "已经登记过")

CONSENT = "岗{number} {title}\n{words}"
CONSENT_YES, CONSENT_FOOT = "同意", "不同意就不用回复。"
OWN_NAMED, OWN_UNNAMED = "您的姓名：已写上", "您的姓名：没有写上"
OWN_SHOWN, OWN_UNSHOWN = "您的照片：已同意放上", "您的照片：没有放"
DO_NAME, DO_NO_NAME = "写上我的姓名", "不写我的姓名"
DO_PHOTO, DO_OTHER_PHOTO, DO_NO_PHOTO = "放上我的照片", "发一张新照片", "撤下并删除我的照片"
PHOTO_WHICH = "放在哪一个岗？回复序号："
PHOTO_NONE = "您现在没有在申报或在用的示范岗，不用照片。发送“示范岗”看能申报的。"
PHOTO_SEND = "岗{number} {title}\n请现在发一张您本人的照片：点输入框右边的“+”，选“照片”。只用一张；换一张，原来的就删除。"
PHOTO_TAKEN = (
    "照片已收到：岗{number} {title}。几分钟后公示墙和牌子的网页上就能看到；还没有授牌的，授牌以后才看得到。"
    "一次发了几张的，只用第一张。"
)
NAMED = "已写上您的姓名：岗{number} {title}。要撤回请发送“不写姓名 岗{number}”，网页上立即改。"
UNNAMED = "已撤下您的姓名：岗{number} {title}，公示墙和牌子的网页上现在写的是“{unit}党员”。"
PHOTO_GONE = "已撤下并删除您的照片：岗{number} {title}。"

ENTER_HOW = (
    "请写全：登记荣誉 姓名 级别 名称 日期 依据 文件或证书\n"
    "例如：登记荣誉 张三 市级 优秀共产党员 6月28日 依据 市直工委〔2026〕5号\n"
    "集体荣誉加“集体”。由另一位负责人确认后计分。"
)
ENTERED = (
    "已登记：誉{number} {name} {level} {title}，由{unit}的另一位负责人确认后计分，同一件事只计最高的一项。"
)
NOBODY = "您负责的人员里没有“{name}”。请核对姓名，或写党员编号。"
NAMESAKES = "有{count}位“{name}”，请把姓名换成党员编号：{numbers}。"
