"""Kinds of event: what a log calls them, what each is worth, and which of them say that a shopper wants a product."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping, Sequence

from recsys_core.errors import InputError

KINDS: tuple[str, ...] = ("view", "click", "favourite", "cart", "purchase", "rating", "return")
DEFAULT_WEIGHTS: dict[str, float] = {
    "view": 1.0,
    "click": 1.0,
    "favourite": 2.0,
    "cart": 3.0,
    "purchase": 5.0,
    "rating": 3.0,
    "return": 0.0,
}
OTHER_WEIGHT = 1.0  # of a kind that is none of these, such as "play"
MOST_KINDS = 64
PURCHASES = frozenset(("purchase",))
AGAINST = frozenset(("return", "dislike", "remove_from_cart", "unfavourite", "hide", "skip", "not_interested"))
SHOWN = frozenset(("impression", "impressions", "exposure", "exposed", "show", "shown", "display", "served", "曝光", "展示"))

# What logs call them, in small letters with _ between words.
_WORDS: dict[str, str] = {
    "view": """view views viewed viewing pv pageview page_view pageviews page_views view_item item_view itemview product_view productview
        view_product viewed_product detail detail_view view_content browse browsed browsing visit visited look
        浏览 查看 访问 浏览商品 看""",
    "click": "click clicks clicked clk clicking click_item item_click product_click select_item tap tapped 点击 单击 点选",
    "favourite": """favourite favourites favourited favorite favorites favorited fav favs like likes liked love loved wishlist wish_list
        add_to_wishlist addtowishlist add_to_favorites add_to_favourites add_to_favorite save saved bookmark bookmarked collect collected
        heart star starred 收藏 喜欢 点赞 关注 加收藏 心愿单""",
    "cart": """cart carts carted addtocart add_to_cart add_cart added_to_cart cart_add addcart atc basket add_to_basket addtobasket
        add_to_bag bag 加购 加购物车 加入购物车 购物车 加车 加入购物袋""",
    "purchase": """purchase purchases purchased buy buys buying bought order orders ordered transaction transactions sale sales sold sell
        checkout pay paid payment place_order placed_order order_placed completed_purchase complete_purchase conversion
        购买 买 下单 支付 付款 成交 交易 订单 销售""",
    "rating": "rating ratings rate rated review reviews reviewed score scored 评分 评价 评论 打分",
    "return": """return returns returned returning refund refunds refunded refund_item cancel cancels cancelled canceled cancellation
        cancel_order chargeback 退货 退款 取消 取消订单 退换货 退单""",
    "remove_from_cart": "remove_from_cart removefromcart remove_cart removed_from_cart delete_from_cart 删除购物车 移出购物车 删购",
    "dislike": "dislike dislikes disliked thumbs_down downvote 不喜欢 踩",
    "unfavourite": "unfavourite unfavorite unlike unliked remove_from_wishlist remove_from_favorites 取消收藏",
    "not_interested": "not_interested notinterested 不感兴趣",
}
_KIND_OF = {word: kind for kind, words in _WORDS.items() for word in words.split()}
_GAPS = re.compile(r"[\s\-./]+")

# Codes whose meaning only the column's name and the set of values together give away.
_CODES: tuple[tuple[frozenset[str], frozenset[str], dict[str, str]], ...] = (
    (  # Tianchi's and Alibaba's mobile logs
        frozenset(("behaviortype", "behaviourtype", "behavior", "behaviour", "行为类型", "行为", "用户行为", "用户行为类型")),
        frozenset(("1", "4")),
        {"1": "view", "2": "favourite", "3": "cart", "4": "purchase"},
    ),
    (frozenset(("actiontype",)), frozenset(("0", "2")), {"0": "click", "1": "cart", "2": "purchase", "3": "favourite"}),  # Tmall
)


def guess_kind(value: str) -> str | None:
    """The kind that a value of the event column means, in English or Chinese ('pv', 'Add to cart', '加购'); None for what is unknown."""
    return _KIND_OF.get(_GAPS.sub("_", value.strip().lower()))


def guess_kinds(values: Collection[str], column: str, given: Mapping[str, str] | None = None) -> dict[str, str]:
    """value -> kind of each value of the event column; a value of unknown meaning stays itself.

    column: its name, which decides what codes such as 1 to 4 mean. given: value -> kind, over what is guessed; case does not matter.
    """
    wanted = {value.strip().lower(): kind.strip().lower() for value, kind in (given or {}).items()}
    plain = re.sub(r"[\W_]+", "", column.lower())
    codes = next((codes for names, needed, codes in _CODES if plain in names and needed <= set(values) <= codes.keys()), {})
    return {value: wanted.get(value.lower()) or codes.get(value) or guess_kind(value) or value for value in values}


def check_kinds(kinds: Collection[str], column: str) -> None:
    """Raises InputError where a column has more values than there can be kinds of event."""
    if len(kinds) > MOST_KINDS:
        raise InputError(
            f"The column '{column}' has {len(kinds):,} different values, too many for kinds of event (at most {MOST_KINDS}).",
            "Choose another column for the kind of event, or none (--map event=COLUMN, or --map event= for none).",
        )


def check_given(given: Mapping[str, str], values: Collection[str], column: str) -> None:
    """Raises InputError where `given` (value -> kind) names a value that the column does not hold, or no kind for it."""
    known = {value.lower() for value in values}
    for value, kind in given.items():
        if value.strip().lower() not in known:
            raise InputError(
                f"The column '{column}' has no value '{value}' to call '{kind}'.", f"Its values are {', '.join(sorted(values)[:12])}."
            )
        if not kind.strip():
            raise InputError(f"It is not said what kind of event '{value}' is.", f"Choose from {', '.join(KINDS)}, or a word of your own.")


def choose_weights(kinds: Collection[str], given: Mapping[str, float]) -> dict[str, float]:
    """What an event of each kind is worth: the given weights over the defaults.

    Raises InputError for a weight below 0 or of a kind that the log does not have.
    """
    for kind, weight in given.items():
        if kind not in kinds and kind not in KINDS:
            raise InputError(f"The log has no event of kind '{kind}' to weigh.", f"Its kinds are {', '.join(sorted(kinds)[:12])}.")
        if not math.isfinite(weight) or weight < 0:
            raise InputError(f"The weight of '{kind}' is {weight}.", "Give a number of at least 0.")
    return {kind: float(given.get(kind, DEFAULT_WEIGHTS.get(kind, OTHER_WEIGHT))) for kind in sorted(kinds)}


def choose_positives(kinds: Sequence[str], wanted: Sequence[str] | None) -> tuple[str, ...] | None:
    """The kinds that count, None for all: those asked for, or purchases where there are any, or all that do not speak against it.

    kinds: of the log, by the names they have here; `wanted` may use the log's own words ('buy').
    Raises InputError where a kind that was asked for is not in the log.
    """
    if wanted is not None:
        asked = tuple(dict.fromkeys(_known(kind.strip().lower(), kinds) for kind in wanted if kind.strip()))
        if not kinds:
            raise InputError(
                "The log has no kinds of event to choose from.",
                "Leave them out, or say which column holds the kind of event (--map event=COLUMN).",
            )
        for kind in asked:
            if kind not in kinds:
                raise InputError(f"The log has no event of kind '{kind}'.", f"Its kinds are {', '.join(kinds[:12])}.")
        if not asked:
            raise InputError("--positive names no kind of event.", f"The log's kinds are {', '.join(kinds[:12])}.")
        return asked
    purchases = tuple(kind for kind in kinds if kind in PURCHASES)
    if purchases:
        return purchases if len(purchases) < len(kinds) else None
    agreeing = tuple(kind for kind in kinds if kind not in AGAINST | SHOWN)
    return agreeing if 0 < len(agreeing) < len(kinds) else None


def _known(kind: str, kinds: Sequence[str]) -> str:
    return kind if kind in kinds else guess_kind(kind) or kind
