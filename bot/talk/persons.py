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
_FOR = re.compile(
    r"(?:帮|替|代|给)(?!我(?!们)|自己|您|你|书记)([^\s,。、送讲]{1,8}?)"
    r"(?:上报|申报|登记|补报|报(?!到|道|名)|记(?!录|得|者)|填|加上|加一|加个)"
)
_OURS = ("我们", "咱", "咱们", "俺", "俺们", "大家", "一下", "忙")
_DOES = r"同志|书记|\x7f|和|跟|[\s,]|也|又|去|在|做|参|志|搞|来|自|献|植|社|走|写|讲|帮|陪|打|清|扫|值|执|今|这|的"
_WITH = r"(?<![和跟与同陪带叫帮给替为代找约])"
#: 小刘和我: the writer was there too.
_NOT_ME = r"(?!(?:和|跟|与|同)(?:我|本人))"
_OTHERS = re.compile(
    "|".join(
        (
            rf"{_WITH}我(?:家|们?科的?|们?局的?|们?支部的?|们?单位的?|的)?({_KIN}|{_MATES}|[小老][{_SURNAMES}])(?!们|一起|家){_NOT_ME}",
            rf"{_WITH}([小老][{_SURNAMES}](?!区|时|组)){_NOT_ME}(?={_DOES})",
            rf"(?<![和跟与同陪带叫帮给替为其吉])((?:他|她)(?!人)们?){_NOT_ME}(?={_DOES}|昨|前|上|周|都|已|说)",
            rf"^([{_SURNAMES}][\u4e00-\u9fff]{{1,2}})(?=同志|书记|主任|科长|局长|处长|老师|\x7f)",
            rf"\x7f(?:早上|上午|中午|下午|晚上)?([{_SURNAMES}][\u4e00-\u9fff]{{0,1}}[^\x7f场区边家路村街园院校站桥里上下]{_NOT_ME})"
            r"(?=同志|志愿|义务|献血|参加|做了|讲|双报到|慰问|发言|重点|写|植树|扫雪|走访|值守|值班|巡逻)",
            rf"^((?:别人|人家|有人|同事|朋友|邻居|群众|{_KIN})(?:们)?){_NOT_ME}(?=\x7f|昨|去|在|做|参|也|[\s,])",
            rf"\x7f(?:早上|上午|中午|下午|晚上)?((?:我们?)?(?:书记|领导|处长|局长|科长|主任|同事|他们)){_NOT_ME}"
            r"(?=去|走访|慰问|参加|做|讲|给|志愿|义务|献|植|在)",
            # 书记，… calls him; 书记昨天… tells of him.
            rf"^((?:书记|领导|处长|局长|科长|主任)(?:们)?){_NOT_ME}(?=\x7f|昨|去|在|做|参|也)",
        )
    )
)
_MINE = re.compile(
    rf"^(?:我|本人|俺|咱)(?!们?(?:科|局|支部|单位)的?(?:{_KIN}|{_MATES}|[小老])|家?的?(?:{_KIN}|{_MATES})|[小老][{_SURNAMES}])"
)
_NOT_DONE = re.compile(
    "|".join(
        (
            # What is not over yet; that it was not reported yet says nothing of the deed.
            r"(?:还没|还未|尚未|暂未)(?!.{0,2}(?:报|登|记|填|录|加|来得及|上传|写上|算))\S{0,5}",
            r"(?:在等|等着|正在等|等待|待)(?:着)?(?:通知|回复|答复|回音|结果|消息|审|批|采纳|采用|发表|定)\S{0,4}",
            r"没有?(?:被)?(?:消息|回音|动静|下文|结果|回复|答复|采纳|采用|发表|登出|用上|发言|讲成?|走访|报到|轮上)",
            r"正在(?:研究|审|修改|走流程)|在审|审稿中|研究中|拟采纳",
            r"报了?名(?!.{0,12}(?:去了|参加了|做了|完成|干了))",
            r"不是我(?:去|做|讲|写|干|献|发|走|提|参加)?的?",
            r"(?:没有?|没能|未能?|不曾)(?:去|参加|做|成行|成|到|来|赶上|完成|报上名|干|献|植|时间|空|办法|轮到|出席)",
            r"没有?(?=志愿|义工|走访|扫|值|打扫|培训|讲|写|发言|宣讲)",
            r"(?:去|来|做|参加|赶|干|献|办|弄|搞)不(?:了|成|到|上)",
            r"(?<![能会可是要去])不(?:去|想|打算|准备|能|参加)(?!报)",
            r"请(?:了)?(?:病|事)?假",
            r"(?:取消|改期|推迟|延期|泡汤|作废)(?:了|至|到|$)",
            r"缺席|忘(?:了|记)去|错过了|爽约",
            r"没(?:去|来|成|做|参加|献|干)(?:成|上|了)?[。!,. 了]*$",
        )
    )
)
_PLANNED = re.compile(
    "|".join(
        (
            r"打算|计划(?!书)|预计|约好|会去|报名(?!.{0,4}了)",
            r"准备[\x7f\s]*(?:去|参加|做|搞|讲|走访|慰问|报到|献)",
            r"想[\x7f\s]*(?:去|参加|做|要?报名)",
            r"要[\x7f\s]*(?:去|参加)",
            r"正在[\x7f\s]*(?:去|做|参加|社区|献|进行|走访)|在路上|正要|刚要|计划着?[\x7f\s]*(?:上午|下午|晚上)?(?:去|做|讲)",
            r"等会儿?|待会儿?|一会儿?(?:去|要|就)|马上(?:去|要|就去)|这就去|回头再?去|改天",
            r"将(?:要|于|会|在)|安排(?:在|了)?(?:明|后|下)|等(?:到|着)?(?:周|明|下)",
        )
    )
)


def somebody_else(masked: str, said: str) -> str:
    """Return whose deed a text tells, as named there; empty where it is the writer's own.

    :param masked: ``said`` with the days masked by ``\\x7f``
    """
    if (m := _FOR.search(masked)) and m[1] not in _OURS:
        return said[m.start(1) : m.end(1)].strip(" ,的")
    if _MINE.match(masked.lstrip("\x7f ,")):
        return ""
    m = _OTHERS.search(masked)
    return next((one for one in m.groups() if one), "") if m else ""


def not_done(masked: str, said: str) -> str:
    """Return the words that say it was not done; empty where nothing says so."""
    return _words(_NOT_DONE.search(masked), said)


def planned(masked: str, said: str) -> str:
    """Return the words that say it is still to come; empty where nothing says so."""
    return _words(_PLANNED.search(masked), said)


def _words(m: re.Match[str] | None, said: str) -> str:
    return said[m.start() : m.end()] if m else ""
