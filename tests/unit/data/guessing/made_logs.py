"""A small made-up shop whose log can be written under any header: what the columns of usual exports hold, with the mess they have."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

import numpy as np

SHOPPERS, PRODUCTS, ORDERS = 120, 80, 500
_FIRST = (
    "Ada",
    "Bob",
    "Cleo",
    "Dan",
    "Eva",
    "Finn",
    "Gia",
    "Hugo",
    "Ina",
    "Jon",
    "Kai",
    "Lea",
    "Max",
    "Nora",
    "Oli",
    "Pia",
    "Quin",
    "Rosa",
    "Sam",
    "Tess",
)
_LAST = ("Adler", "Brown", "Cohen", "Diaz", "Evans", "Fischer", "Garcia", "Huber", "Ito", "Jones")
_COLOURS = ("RED", "BLUE", "GREEN", "WHITE", "BLACK", "PINK", "GOLD", "GREY")
_THINGS = ("MUG", "PLATE", "LAMP", "CHAIR", "CLOCK", "BASKET", "FRAME", "CANDLE", "VASE", "TRAY")
_CHINESE_COLOURS = ("红色", "蓝色", "绿色", "白色", "黑色", "粉色", "金色", "灰色")
_CHINESE_THINGS = ("马克杯", "盘子", "台灯", "椅子", "时钟", "篮子", "相框", "蜡烛", "花瓶", "托盘")
_WORTH = ("Great", "Good", "Fine", "Poor", "Bad")
_CATEGORIES = ("Kitchen", "Living", "Garden", "Office", "Bath")
_COUNTRIES = ("United Kingdom", "France", "Germany", "Spain")
START = datetime(2011, 1, 3, 9, 0, tzinfo=UTC)


class MadeShop:
    """Rows of one log. `field(name)` gives a column of text by what it holds."""

    def __init__(self, seed: int = 5) -> None:
        rng = np.random.default_rng(seed)
        taste = rng.dirichlet(np.full(PRODUCTS, 0.1), SHOPPERS)
        rows = []
        for order in range(ORDERS):
            shopper = int(rng.integers(SHOPPERS))
            moment = START + timedelta(minutes=int(order * 1060 + rng.integers(900)))
            for line, product in enumerate(rng.choice(PRODUCTS, size=int(rng.integers(1, 6)), p=taste[shopper], replace=True)):
                rows.append((order, shopper, int(product), moment, line))
        self.rows, self.rng, n = rows, rng, len(rows)
        self.quantity = rng.choice([1, 2, 3, 6, 12], n, p=[0.5, 0.2, 0.1, 0.1, 0.1])
        self.prices = np.round(rng.lognormal(1, 0.8, PRODUCTS), 2)
        self.clicks = rng.choice([0, 1, 2, 3], n, p=[0.7, 0.1, 0.1, 0.1])
        self.stars = rng.choice([1, 2, 3, 4, 5], n, p=[0.05, 0.05, 0.2, 0.3, 0.4])
        self.noise = rng.integers(0, 10_000, n)

    def field(self, what: str) -> list[str]:
        """The cells of a column. what: a name in `_FIELDS`, or 'same:TEXT' for one value everywhere."""
        if what.startswith("same:"):
            return [what[5:]] * len(self.rows)
        make = _FIELDS[what]
        return [make(self, place, *row) for place, row in enumerate(self.rows)]

    def cost(self, place: int, product: int) -> float:
        """What a row cost."""
        return float(self.quantity[place] * self.prices[product])


Cell = Callable[[MadeShop, int, int, int, int, datetime, int], str]


def _kind(words: Sequence[str]) -> Cell:
    return lambda shop, place, order, shopper, product, moment, line: words[shop.clicks[place]]


def _time(form: str) -> Cell:
    return lambda shop, place, order, shopper, product, moment, line: (moment + timedelta(seconds=7 * line)).strftime(form)


def _same_time(form: str) -> Cell:
    return lambda shop, place, order, shopper, product, moment, line: moment.strftime(form)


def _comma(number: float) -> str:
    return f"{number:,.2f}".replace(",", " ").replace(".", ",").replace(" ", ".")


def _person(shopper: int) -> str:
    return f"{_FIRST[shopper % 20]} {_LAST[shopper // 20 + shopper % 4]}"


def _epoch(factor: float) -> Cell:
    return lambda shop, place, order, shopper, product, moment, line: str(int((moment.timestamp() + 7 * line) * factor))


_FIELDS: dict[str, Cell] = {
    "user": lambda s, i, o, u, p, m, ln: str(12_000 + 37 * u),
    "small user": lambda s, i, o, u, p, m, ln: str(u + 1),
    "user sometimes": lambda s, i, o, u, p, m, ln: str(12_000 + 37 * u) if u % 4 == 0 else "",
    "hash user": lambda s, i, o, u, p, m, ln: f"{(u + 1) * 0x9E3779B97F4A7C15 % 2**64:016x}",
    "customer of the order": lambda s, i, o, u, p, m, ln: f"{(o + 9) * 0x9E3779B97F4A7C15 % 2**64:016x}",
    "e-mail": lambda s, i, o, u, p, m, ln: f"{_person(u).replace(' ', '.').lower()}{u}@example.com",
    "person": lambda s, i, o, u, p, m, ln: _person(u),
    "first name": lambda s, i, o, u, p, m, ln: _person(u).split()[0],
    "last name": lambda s, i, o, u, p, m, ln: _person(u).split()[1],
    "phone": lambda s, i, o, u, p, m, ln: f"+44 20 7946 {u:04d}",
    "mobile": lambda s, i, o, u, p, m, ln: f"138{u:08d}",
    "session": lambda s, i, o, u, p, m, ln: f"s{o:06d}",
    "item": lambda s, i, o, u, p, m, ln: str(90_000 + 13 * p),
    "small item": lambda s, i, o, u, p, m, ln: str(p + 1),
    "code": lambda s, i, o, u, p, m, ln: f"{85_000 + p}{'ABCD'[p % 4] if p % 3 else ''}",
    "asin": lambda s, i, o, u, p, m, ln: f"B00{p:05d}XK",
    "gid": lambda s, i, o, u, p, m, ln: f"{p:08x}-4f2a-41c0-9d3b-{p * 7919:012x}",
    "title": lambda s, i, o, u, p, m, ln: f"{_COLOURS[p % 8]} {_THINGS[p // 8]} {p % 3 + 1}L",
    "chinese title": lambda s, i, o, u, p, m, ln: _CHINESE_COLOURS[p % 8] + _CHINESE_THINGS[p // 8],
    "category": lambda s, i, o, u, p, m, ln: _CATEGORIES[p // 16],
    "category id": lambda s, i, o, u, p, m, ln: str(40_000 + 171 * (p // 8)),
    "brand": lambda s, i, o, u, p, m, ln: f"Brand {p % 9}",
    "artist": lambda s, i, o, u, p, m, ln: f"The {_THINGS[p // 8].title()}s",
    "artist id": lambda s, i, o, u, p, m, ln: f"a-{p // 8:04d}",
    "country": lambda s, i, o, u, p, m, ln: _COUNTRIES[u % 4 if u % 7 == 0 else 0],
    "city": lambda s, i, o, u, p, m, ln: ("Paris", "Lyon", "Nice")[u % 3],
    "store": lambda s, i, o, u, p, m, ln: str(u % 5 + 1),
    "order": lambda s, i, o, u, p, m, ln: str(536_365 + o),
    "hash order": lambda s, i, o, u, p, m, ln: f"#{1001 + o}",
    "order of the shopper": lambda s, i, o, u, p, m, ln: str(o // 60 + 1),
    "line": lambda s, i, o, u, p, m, ln: str(ln + 1),
    "row": lambda s, i, o, u, p, m, ln: str(i),
    "review id": lambda s, i, o, u, p, m, ln: f"R{i * 7919:09d}",
    "quantity": lambda s, i, o, u, p, m, ln: str(s.quantity[i]),
    "decimal quantity": lambda s, i, o, u, p, m, ln: f"{s.quantity[i]}.00",
    "comma quantity": lambda s, i, o, u, p, m, ln: f"{s.quantity[i]},000",
    "price": lambda s, i, o, u, p, m, ln: f"{s.prices[p]:.2f}",
    "pound price": lambda s, i, o, u, p, m, ln: f"£{s.prices[p]:.2f}",
    "comma price": lambda s, i, o, u, p, m, ln: _comma(s.prices[p]),
    "euro price": lambda s, i, o, u, p, m, ln: f"{_comma(s.prices[p])} €",
    "tiny price": lambda s, i, o, u, p, m, ln: f"{s.prices[p] / 590:.15f}",
    "cost": lambda s, i, o, u, p, m, ln: f"{s.cost(i, p):.2f}",
    "comma cost": lambda s, i, o, u, p, m, ln: _comma(s.cost(i, p)),
    "dollar cost": lambda s, i, o, u, p, m, ln: f"${s.cost(i, p):,.2f}",
    "order total": lambda s, i, o, u, p, m, ln: f"{100 + o * 1.37:.2f}" if ln == 0 else "",
    "order total repeated": lambda s, i, o, u, p, m, ln: f"{100 + o * 1.37:.2f}",
    "discount": lambda s, i, o, u, p, m, ln: f"{-(s.noise[i] % 30) / 100:.2f}",
    "stars": lambda s, i, o, u, p, m, ln: str(s.stars[i]),
    "decimal stars": lambda s, i, o, u, p, m, ln: f"{s.stars[i]}.0",
    "half stars": lambda s, i, o, u, p, m, ln: str(s.stars[i] - 0.5 * (s.noise[i] % 2)),
    "stars of ten": lambda s, i, o, u, p, m, ln: str(2 * s.stars[i]),
    "hours": lambda s, i, o, u, p, m, ln: str((s.noise[i] % 800) / 10),
    "plays": lambda s, i, o, u, p, m, ln: str(s.noise[i] * 3 + 1),
    "kind": _kind(("view", "cart", "transaction", "view")),
    "ga kind": _kind(("view_item", "add_to_cart", "purchase", "view_item")),
    "shop kind": _kind(("view", "cart", "remove_from_cart", "purchase")),
    "taobao kind": _kind(("pv", "cart", "buy", "fav")),
    "chinese kind": _kind(("浏览", "加购", "购买", "收藏")),
    "code kind": _kind(("1", "3", "4", "2")),
    "play kind": _kind(("play", "purchase", "play", "purchase")),
    "status": _kind(("paid", "paid", "refunded", "pending")),
    "channel": _kind(("1", "2", "1", "2")),
    "yes": _kind(("1", "0", "1", "0")),
    "true": _kind(("True", "False", "True", "True")),
    "part": _kind(("prior", "train", "test", "prior")),
    "split": _kind(("train", "test", "train", "train")),
    "gender": lambda s, i, o, u, p, m, ln: "FM"[u % 2],
    "age": lambda s, i, o, u, p, m, ln: str(18 + u % 60),
    "review title": lambda s, i, o, u, p, m, ln: f"{_WORTH[s.noise[i] % 5]} value {s.noise[i] % 97}, five stars",
    "review text": lambda s, i, o, u, p, m, ln: (
        f"I bought this for my {_LAST[s.noise[i] % 10]} and it was {s.noise[i]} times what I hoped for. " * 2
    ),
    "helpful": lambda s, i, o, u, p, m, ln: f"[{s.noise[i] % 5}, {s.noise[i] % 5 + 1}]",
    "votes": lambda s, i, o, u, p, m, ln: str(s.noise[i] % 7),
    "latitude": lambda s, i, o, u, p, m, ln: f"{30 + p * 0.17:.6f}",
    "longitude": lambda s, i, o, u, p, m, ln: f"{-97 + p * 0.11:.6f}",
    "gap": lambda s, i, o, u, p, m, ln: str(s.noise[i]),
    "day": lambda s, i, o, u, p, m, ln: str((m - START).days + 1),
    "clock number": lambda s, i, o, u, p, m, ln: m.strftime("%H%M"),
    "hour": lambda s, i, o, u, p, m, ln: str(m.hour),
    "weekday": lambda s, i, o, u, p, m, ln: str(m.weekday()),
    "excel days": lambda s, i, o, u, p, m, ln: f"{(m - datetime(1899, 12, 30, tzinfo=UTC)).total_seconds() / 86400:.5f}",
    "note": lambda s, i, o, u, p, m, ln: "" if s.noise[i] % 20 else "please wrap as a gift",
    "url": lambda s, i, o, u, p, m, ln: f"https://shop.example/p/{p}",
    "epoch": _epoch(1),
    "epoch ms": _epoch(1e3),
    "epoch us": _epoch(1e6),
    "iso": _time("%Y-%m-%d %H:%M:%S"),
    "iso T": _time("%Y-%m-%dT%H:%M:%S.000Z"),
    "iso UTC": _time("%Y-%m-%d %H:%M:%S UTC"),
    "minute": _same_time("%Y-%m-%d %H:%M"),
    "date": _same_time("%Y-%m-%d"),
    "compact date": _same_time("%Y%m%d"),
    "day first": _same_time("%d/%m/%Y %H:%M"),
    "month first": _same_time("%m/%d/%Y %H:%M"),
    "dotted": _same_time("%d.%m.%Y"),
    "dotted time": _same_time("%d.%m.%Y %H:%M:%S"),
    "named month": _same_time("%d-%b-%Y"),
    "amazon date": _same_time("%m %d, %Y"),
    "twitter": _time("%a %b %d %H:%M:%S +0000 %Y"),
    "zoned": _same_time("%Y-%m-%d %H:%M:%S +0000"),
    "half day": _same_time("%m/%d/%Y %I:%M:%S %p"),
    "chinese date": _same_time("%Y年%m月%d日 %H:%M"),
    "clock": _same_time("%H:%M:%S"),
}


@lru_cache(maxsize=4)
def made_shop(seed: int) -> MadeShop:
    """The same shop for all who ask."""
    return MadeShop(seed)


def write_log(path: Path, columns: Sequence[tuple[str, str]], header: bool = True, seed: int = 5, delimiter: str = ",") -> Path:
    """Write a CSV. columns: (name, what it holds), in order."""
    shop = made_shop(seed)
    cells = [shop.field(what) for _, what in columns]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter=delimiter)
        if header:
            writer.writerow([name for name, _ in columns])
        writer.writerows(zip(*cells, strict=True))
    return path
