"""Whose deed it is, and whether it was done: 小张昨天…, 没去成, 打算周六去."""

from __future__ import annotations

import re

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔汤"
)
_KIN = "爱人|老公|老婆|妻子|丈夫|媳妇|对象|妈妈?|爸爸?|母亲|父亲|儿子|女儿|孩子|闺女|哥哥?|姐姐?|弟弟?|妹妹?"
_MATES = r"同事|朋友|邻居|战友|领导|徒弟|师傅|同志"
#: Reported in somebody's place.
_FOR = re.compile(r"(?:帮|替|代|给)(?!我|自己)(.{1,8}?)(?:上报|申报|登记|补报|报(?!到|道|名)|记一下|填)")
_OTHERS = re.compile(
    rf"我(?:家|们?科的?|们?局的?|们?支部的?|们?单位的?|的)?(?P<a>{_KIN}|{_MATES}|[小老][{_SURNAMES}])(?!们|一起|家)"
    rf"|(?<![和跟与同陪带叫帮给替为代找约])(?P<b>[小老][{_SURNAMES}](?!区|时|组))(?=同志|书记|\x1f|和|跟|[\s,]|也|又|去|在|做|参|志|搞|来|自|献|植|社|走|写|讲|帮|陪|打|清|扫|值|执|今|这|的)"
    r"|(?<![和跟与同陪带叫帮给替为其吉])(?P<c>(?:他|她)(?!人)们?)(?=\x1f|昨|今|前|上|周|去|在|做|参|也|又|都|已|帮|写|志|说|的|自)"
    rf"|^(?P<d>[{_SURNAMES}][\u4e00-\u9fff]{{1,2}})(?=同志|书记|主任|科长|局长|处长|老师|\x1f)"
    r"|^(?P<e>(?:别人|人家|有人|同事|朋友|邻居|群众|书记|领导|处长|局长|科长)(?:们)?)(?=\x1f|昨|去|在|做|参|也|[\s,])"
)
_MINE = re.compile(r"^(?:我|本人|俺|咱)(?!们?(?:科|局|支部|单位)|家|爱|老[公婆]|妈|爸|儿|女儿|的同|同事)")
_NOT_DONE = re.compile(
    r"(?:没有?|没能|未能?|不曾)(?:去|参加|做|成行|成|到|来|赶上|完成|报上名|干|献|植|时间|空|办法|轮到|出席)"
    r"|(?:去|来|做|参加|赶|干|献|办|弄|搞)不(?:了|成|到|上)|不(?:想|打算|准备|能|参加|去)(?!报)|(?:因为?|由于)?请(?:了)?(?:病|事)?假"
    r"|(?:取消|改期|推迟|延期|泡汤|黄|作废)(?:了|至|到|$)|缺席|(?:去|做|干|参加|报名)了?(?:但|可是?|却|不过).{0,6}没|忘(?:了|记)去|错过了|放鸽子|爽约|请假"
)
_NOT_DONE_AT_ALL = re.compile(r"没(?:去|来|成|做|参加|献|干)(?:成|上|了)?$")
_PLANNED = re.compile(
    r"打算|计划(?!书)|准备(?:去|参加|做|明|后|下)|想(?:去|参加|做|要?报名)|要(?:去|参加)|将(?:要|于|会|在)|会去|报名(?!.{0,4}了)"
    r"|安排(?:在|了)?(?:明|后|下)|预计|等(?:到|着)?(?:周|明|下)|约好"
)


def somebody_else(text: str) -> str:
    """Return whose deed a text tells, as named there; empty where it is the writer's own.

    :param text: with the days masked by ``\\x1f``
    """
    if m := _FOR.search(text):
        return m[1].strip(" \x1f,的")
    if _MINE.match(text.lstrip("\x1f ,")) and not re.match(
        rf"[\x1f ,]*我(?:家|们?科的?|的)?(?:{_KIN}|{_MATES}|[小老][{_SURNAMES}])", text
    ):
        return ""
    m = _OTHERS.search(text)
    return next((one for one in m.groups() if one), "") if m else ""


def not_done(text: str) -> str:
    """Return the words that say it was not done; empty where nothing says so."""
    m = _NOT_DONE.search(text) or _NOT_DONE_AT_ALL.search(text.strip("。!,. 了"))
    return m[0] if m else ""


def planned(text: str) -> str:
    """Return the words that say it is still to come; empty where nothing says so."""
    m = _PLANNED.search(text)
    return m[0] if m else ""
