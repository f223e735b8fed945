"""Words of the neighbours of one product or shopper."""

from __future__ import annotations

TITLE = {"items": "Nearest products", "users": "Nearest shoppers"}
HELP = (
    "By the model: products that it takes for alike, because the same shoppers buy them; shoppers whose taste it takes for alike. "
    "By what is known: titles, categories and the like, or habits. Beside each: how many bought both, and how many would by chance."
)
WAYS = {"model": "By the model", "attributes": "By what is known"}
LINE = {
    "items": "{name} :gray[· {shared} bought both, {expected} by chance]",
    "users": "{name} :gray[· {shared} products in common, {expected} by chance]",
}
