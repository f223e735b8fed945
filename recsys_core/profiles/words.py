"""The words of product titles, English or Chinese: lower case, singular, without what says nothing about the kind of product."""

from __future__ import annotations

import re
from functools import lru_cache

import rjieba
import snowballstemmer  # type: ignore[import-untyped]

_HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
# A run of Chinese characters, which a dictionary takes apart, or a word that begins with a letter: 'T-Light', 'Pokémon', 'mp3'.
_WORD = re.compile(rf"[{_HAN}]+|(?:(?![{_HAN}])[^\W\d_])(?:(?![{_HAN}])[^\W_])*(?:[-'’](?:(?![{_HAN}])[^\W_])+)*")
_END_OF_NAME = re.compile(r"\b(?:of|with|in|for|by|from|on|and|to)\b|[,;:(/&+，；：（【]|(?<![^\W\d_])\d")
_IS_HAN = re.compile(rf"[{_HAN}]")

_FUNCTION = """
a an and are as at be by de des du en for from in into is it la le les mit my of on or our per so that the this to und with w your you i me
no not all more new n s x ii iii iv el los las con para der die das ein eine up out off over under
"""
_PACKING = """
set pack pk pc pcs piece box'd assorted asst asstd ass design designs style styles type item items product products size sized pair dozen
each one two three four five six seven eight nine ten twelve x-large xl xxl ct oz lb lbs ml cl cm mm kg gr gm ltr inch inches ft
"""
_SIZES = "small medium large big giant mini jumbo tall short long wide slim round square oval little tiny extra super single double triple"
_COLOURS = """
red blue green pink white black yellow orange purple grey gray brown cream ivory gold silver beige turquoise lilac navy bright dark pale
colour color coloured colored multicolour multicolor multi
"""
_CHINESE = """
的 了 和 与 及 或 在 是 为 等 之 于 对 从 到 以 中 上 下 内 外 前 后 不 也 都 有 无 款 新款 新品 正品 包邮 套装 装 套 个 只 件 条 支 片
包 盒装 袋装 把 双 对装 组 大 小 中号 大号 小号 加大 迷你 多 款式 经典款 新 版 型 号 色 红色 蓝色 绿色 粉色 白色 黑色 黄色 橙色 紫色
灰色 棕色 米色 金色 银色 彩色 颜色 红 蓝 绿 粉 白 黑 黄 紫 灰 厘米 毫米 克 千克 公斤 毫升 升 寸 英寸
"""
# Words that describe nearly any product; a group named after one of them would mean nothing.
STOP_WORDS: frozenset[str] = frozenset(f"{_FUNCTION} {_PACKING} {_SIZES} {_COLOURS} {_CHINESE}".split())

_IRREGULAR = {
    "leaves": "leaf",
    "knives": "knife",
    "shelves": "shelf",
    "loaves": "loaf",
    "scarves": "scarf",
    "children": "child",
    "feet": "foot",
}
_INVARIABLE = frozenset(("series", "species", "lens", "bus", "gas", "canvas", "christmas", "swiss", "jeans", "chaos", "atlas", "news"))


def is_chinese(text: str) -> bool:
    """Whether a word or title has Chinese characters in it."""
    return _IS_HAN.search(text) is not None


def singular(word: str) -> str:
    """A lower-case word without its plural ending, by the common rules of English: 'boxes' -> 'box', 'parties' -> 'party'."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) <= 3 or word in _INVARIABLE or not word.endswith("s") or word.endswith(("ss", "us", "is", "'s", "’s")):
        return word.removesuffix("'s").removesuffix("’s")
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("xes", "ches", "shes", "sses", "zzes")):
        return word[:-2]
    return word[:-1]


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """What 'candle', 'candles' and 'painted', 'painting' have in common (Porter 2); Chinese words stay. For features, never shown."""
    stemmed: str = word if is_chinese(word) else snowballstemmer.stemmer("english").stemWord(word)
    return stemmed


def title_words(title: str) -> tuple[list[tuple[str, str]], int | None]:
    """The telling words of a title in order, as (singular, as written in lower case), and the place of its head among them.

    The head is the noun that the title is about: the last word before 'of', 'with', a comma or a number, as in 'Red T-Light Holder, Pack of
    12' or '红色陶瓷马克杯（大号）'. None where no word tells anything.
    """
    title = title.lower()
    end = next((match.start() for match in _END_OF_NAME.finditer(title) if match.start() > 0), len(title))
    found: list[tuple[str, str]] = []
    head: int | None = None
    for match in _WORD.finditer(title):
        for word in rjieba.cut(match.group()) if is_chinese(match.group()) else [match.group()]:
            base = singular(word)
            if (len(base) >= 2 or is_chinese(base)) and word not in STOP_WORDS and base not in STOP_WORDS:
                head = len(found) if match.start() < end or head is None else head
                found.append((base, word))
    return found, head
