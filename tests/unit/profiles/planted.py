"""Made-up shops whose groups of products and kinds of shopper are known, in many forms: what a profile must find again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

_CONSONANTS, _VOWELS = "bdfgklmnprstvz", "aeiou"
_CHINESE = [
    "蜡烛 烛台 香薰 灯笼",
    "积木 玩具 拼图 布偶",
    "毛巾 浴巾 地毯 窗帘",
    "茶杯 茶壶 绿茶 茶叶",
    "耳机 音箱 手机 电池",
    "衬衫 裤子 外套 裙子",
    "饼干 巧克力 糖果 蛋糕",
    "铅笔 钢笔 笔记本 橡皮",
    "帐篷 睡袋 背包 登山",
    "口红 面膜 香水 眼影",
    "狗粮 猫粮 宠物 鱼缸",
    "锤子 螺丝 扳手 电钻",
    "花盆 种子 肥料 铲子",
    "篮球 足球 球拍 跑鞋",
    "沙发 椅子 书桌 衣柜",
]
_CHINESE_NOISE = ["新款", "经典", "时尚", "优质", "进口", "限量", "家用", "套装", "红色", "蓝色", "高级", "便携"]


@dataclass(frozen=True)
class Plan:
    """How a shop is made up.

    titles: "words" (several telling words a title), "noun" (one telling noun among shared words), "chinese", "none". loyal: share of a
    shopper's purchases from their own kind of product. separate: kinds of shopper; None: one a group of products. price, activity: levels
    by kind of shopper or group. uneven: sizes differ. purchases: whether they follow the groups at all. spread: tastes are points in a
    space of 16 dimensions, this far from their group's centre, and a shopper likes what is near. bargain: half the kinds of shopper choose
    the cheap, half the dear products of every group.
    """

    groups: int = 8
    items: int = 600
    users: int = 800
    titles: str = "words"
    noise_words: int = 2
    loyal: float = 0.8
    separate: int | None = None
    price: bool = False
    activity: bool = False
    uneven: bool = True
    purchases: bool = True
    mean_items: float = 14.0
    popular: bool = True
    spread: float | None = None
    bargain: bool = False


@dataclass(frozen=True)
class Shop:
    """titles, price, user_price, positives, and the truth: the group of each item, the kind of each user."""

    titles: list[str]
    price: NDArray[np.float64]
    positives: csr_matrix
    events: pd.DataFrame
    item_group: NDArray[np.int64]
    user_kind: NDArray[np.int64]


def make_shop(plan: Plan, seed: int) -> Shop:
    """A shop after the plan."""
    rng = np.random.default_rng(seed)
    group = _assign(plan.groups, plan.items, plan.uneven, rng)
    n_kinds = plan.separate or plan.groups
    kind = _assign(n_kinds, plan.users, plan.uneven, rng)
    taste = np.full((n_kinds, plan.groups), 0.0)
    for one in range(n_kinds):
        own = [one] if plan.separate is None else rng.choice(plan.groups, size=min(2, plan.groups), replace=False)
        taste[one] = (1 - plan.loyal) / plan.groups
        taste[one, own] += plan.loyal / len(own)
    if not plan.purchases:
        taste[:] = 1 / plan.groups
    appeal = rng.lognormal(0, 1.0 if plan.popular else 0.1, plan.items)
    level = np.exp(np.linspace(0, 2.5, plan.groups))[rng.permutation(plan.groups)] if plan.price else np.full(plan.groups, 5.0)
    price = np.round(level[group] * rng.lognormal(0, 0.35, plan.items), 2) + 0.01
    busy = np.where(np.arange(n_kinds) % 2 == 0, 0.5, 2.5) if plan.activity else np.ones(n_kinds)
    rows = []
    dear = rng.lognormal(0, 1.0, plan.items) if plan.bargain else np.ones(plan.items)
    price = np.round(price * dear, 2) + 0.01
    choosy = (
        np.exp(np.outer(np.where(np.arange(n_kinds) % 2 == 0, 1.5, -1.5), np.log(dear))) if plan.bargain else np.ones((n_kinds, plan.items))
    )
    likes = _likes(plan, group, kind, rng)
    shares = [np.where(group == g, appeal, 0) / max(appeal[group == g].sum(), 1e-12) for g in range(plan.groups)]
    for user in range(plan.users):
        n = max(3, int(rng.gamma(3, plan.mean_items / 3) * busy[kind[user]]))
        weights = likes[user] * appeal if likes is not None else sum(taste[kind[user], g] * shares[g] for g in range(plan.groups))
        weights = weights * choosy[kind[user]]
        bought = rng.choice(plan.items, size=min(n, plan.items // 3, int((weights > 0).sum())), replace=False, p=weights / weights.sum())
        rows.extend((user, int(item)) for item in bought)
    events = pd.DataFrame(rows, columns=["user", "item"])
    events["price"] = price[events["item"]]
    days = rng.integers(0, 360, len(events))
    events["timestamp"] = pd.Timestamp("2025-01-01") + pd.to_timedelta(days, unit="D")
    positives = csr_matrix((np.ones(len(events), np.float32), (events["user"], events["item"])), shape=(plan.users, plan.items))
    return Shop(_titles(plan, group, rng), price, positives, events, group, kind)


def _likes(plan: Plan, group: NDArray[np.int64], kind: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.float64] | None:
    """How much each user wants each product, where tastes are points in a space."""
    if plan.spread is None:
        return None
    centres = rng.normal(size=(plan.groups, 16))
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    item = centres[group] + plan.spread * rng.normal(size=(plan.items, 16)) / 4
    user = centres[kind % plan.groups] + plan.spread * rng.normal(size=(plan.users, 16)) / 4
    return np.exp(4.0 * user @ item.T)


def _assign(n: int, size: int, uneven: bool, rng: np.random.Generator) -> NDArray[np.int64]:
    weights = rng.dirichlet(np.full(n, 4.0)) * 0.7 + 0.3 / n if uneven else np.full(n, 1 / n)
    return np.concatenate([np.arange(n).repeat(3), rng.choice(n, size=size - 3 * n, p=weights)])


def _word(rng: np.random.Generator) -> str:
    return "".join(rng.choice(list(_CONSONANTS)) + rng.choice(list(_VOWELS)) for _ in range(int(rng.integers(2, 4)))) + "n"


def _titles(plan: Plan, group: NDArray[np.int64], rng: np.random.Generator) -> list[str]:
    if plan.titles == "none":
        return [""] * len(group)
    if plan.titles == "random":
        pool = [_word(rng) for _ in range(60)]
        return [" ".join(rng.choice(pool, 3, replace=False)).title() for _ in group]
    if plan.titles == "chinese":
        kinds = [words.split() for words in _CHINESE[: plan.groups]]
        noise: list[str] = _CHINESE_NOISE
    elif plan.titles == "noun":
        kinds = [[_word(rng)] for _ in range(plan.groups)]
        noise = [_word(rng) for _ in range(12)]
    else:
        kinds = [[_word(rng) for _ in range(8)] for _ in range(plan.groups)]
        noise = [_word(rng) for _ in range(15)]
    made = []
    for one in group:
        own = list(rng.choice(kinds[one], size=min(2, len(kinds[one])), replace=False))
        shared = list(rng.choice(noise, size=plan.noise_words, replace=False))
        made.append("".join(shared + own) if plan.titles == "chinese" else " ".join(shared + own).title())
    return made
