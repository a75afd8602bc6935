"""Invented people's names: common surnames with common given names of three generations."""

from __future__ import annotations

from random import Random

_SURNAMES = (
    ("王李张刘陈", 14),
    ("杨黄赵周吴", 8),
    ("徐孙马朱胡郭何林高罗", 4),
    ("郑梁谢宋唐许邓冯韩曹", 2),
    ("彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖范汪陆", 1),
)
SURNAMES = tuple(char for chars, _ in _SURNAMES for char in chars)
_WEIGHTS = tuple(weight for chars, weight in _SURNAMES for _ in chars)


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


#: (last birth year of the generation, men's names, women's names)
GENERATIONS: tuple[tuple[int, tuple[str, ...], tuple[str, ...]], ...] = (
    (
        1969,
        _words("""
            建国 国强 志刚 建平 德福 永庆 长河 文彬 光明 卫东 建华 国栋 正清 启明 世荣 忠信 玉林
            春生 树林 福生 兴华 家骏 新民 宗明 大勇 立新 守义 学文 克勤 耀华 振江 炳坤 子明 仁义
            和平 民生 成林 兆丰 水生 万里
        """),
        _words("""
            秀英 桂兰 玉梅 淑芬 凤英 桂芳 秀珍 玉兰 素琴 爱华 惠珍 月娥 春梅 秋菊 美玉 翠萍 金凤
            彩霞 建英 瑞芳 菊香 淑贞 兰英 文秀 玉珍 慧芳 雪梅 荣华 志红 腊梅
        """),
    ),
    (
        1984,
        _words("""
            伟 勇 军 磊 涛 斌 波 辉 刚 健 明 超 鹏 杰 峰 志强 建军 海涛 晓东 文军 永刚 建伟 志勇
            俊峰 国平 立军 春林 少华 东升 宏伟 小兵 学军 向阳 新宇 海波 庆丰 志远 卫国 明辉 伟民
        """),
        _words("""
            丽 敏 静 燕 艳 娟 霞 红 萍 芳 玲 梅 琴 莉 娜 晓梅 慧敏 丽华 海燕 晓燕 文静 小红 春燕
            丽娟 雪莲 红梅 淑敏 晓丽 秀丽 玉华 亚琴 冬梅 丽萍 建芳 永红
        """),
    ),
    (
        2100,
        _words("""
            浩然 思远 一帆 子轩 宇航 俊杰 博文 嘉伟 天宇 明轩 睿 昊 泽宇 文博 晨曦 鑫 凯 旭东 志鹏
            立言 洋 浩宇 子豪 家乐 弘毅 景行 书恒 启航 亦凡 梓铭 康 泽民 星辰 卓然 彦博 承志 海峰
            子谦 绍辉 景明
        """),
        _words("""
            雨桐 思琪 佳怡 欣悦 梦瑶 诗涵 雅婷 晓彤 佳 婷婷 颖 璐 倩 欣怡 子涵 若兰 静怡 雪晴 思敏
            语嫣 可欣 一诺 梓萱 嘉宁 安琪 书瑶 清扬 文慧 佩玲 怡然 婉清 心怡 晓晴 亚楠 芷若
        """),
    ),
)


def invent(rng: Random, born: int, taken: set[str]) -> str:
    """Return a name of somebody born in the year ``born``; adds it to ``taken``.

    It is not in ``taken`` where a few tries can help it.
    """
    men, women = next((men, women) for last, men, women in GENERATIONS if born <= last)
    for _ in range(6):
        name = rng.choices(SURNAMES, _WEIGHTS)[0] + rng.choice(men if rng.random() < 0.58 else women)
        if name not in taken:
            break
    taken.add(name)
    return name
