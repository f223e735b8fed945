"""Roles of every shared log are right without help: under its own names, under those that such files usually have, and under none."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from recsys_core.data.look import Look, look
from recsys_core.data.request import IngestRequest
from tests.conftest import SHARED

DATA = SHARED / "data"

# log -> column of the shared file: the names it usually has = its role (none: no role)
NAMES = {
    "online_retail": """
        user_id: CustomerID/Customer ID/客户编号/Kunden-Nr = user_id; item_id: StockCode/Stock code/商品编号/Artikelnummer =
        item_id; timestamp: InvoiceDate/Invoice date/下单时间/Rechnungsdatum = timestamp; event: event/Event type/行为类型/Ereignis
        = event; quantity: Quantity/Qty/数量/Menge = quantity; price: UnitPrice/Price/单价/Einzelpreis = price; country:
        Country/Country/国家/Land
    """,
    "online_retail_2011_raw": """
        user_id: CustomerID/Customer ID/会员号/Kundennummer = user_id; item_id: StockCode/Stock Code/商品ID/Artikel-Nr. =
        item_id; timestamp: InvoiceDate/Date/时间/Datum = timestamp; event: Event/Action/行为/Aktion = event; quantity:
        Quantity/Units/购买数量/Anzahl = quantity; price: UnitPrice/Unit price/价格/Preis = price; invoice:
        InvoiceNo/Invoice/订单号/Rechnungsnummer = order_id; country: Country/Land/国家/Land; title: Description/Product
        name/商品名称/Bezeichnung = title
    """,
    "complete_journey": """
        user_id: household_id/household_key/会员卡号/Haushalt = user_id; item_id: product_id/PRODUCT_ID/商品条码/Artikel = item_id;
        timestamp: transaction_timestamp/Transaction time/交易时间/Zeitpunkt = timestamp; event: event/event_name/事件/Ereignis =
        event; quantity: quantity/QUANTITY/数量/Stück = quantity; sales_value: sales_value/SALES_VALUE/销售金额/Betrag = value;
        price: price/unit_price/单价/Stückpreis = price; retail_disc: retail_disc/RETAIL_DISC/折扣/Rabatt; coupon_disc:
        coupon_disc/COUPON_DISC/优惠/Gutscheinrabatt; basket_id: basket_id/BASKET_ID/小票号/Bon-Nr = order_id; store_id:
        store_id/STORE_ID/门店编号/Filiale
    """,
    "ml-100k": """
        user_id: userId/user id/用户ID/Nutzer = user_id; item_id: movieId/movie id/电影ID/Film = item_id; rating:
        rating/Rating/评分/Bewertung = rating; timestamp: timestamp/unix_timestamp/时间戳/Zeitstempel = timestamp
    """,
    "ml-1m": """
        user_id: UserID/user/用户编号/Benutzer-ID = user_id; item_id: MovieID/movie/影片编号/Film-ID = item_id; rating:
        Rating/stars/打分/Note = rating
    """,
    "cfgan_ml100k": """
        user_id: uid/user/用户/Nutzer-ID = user_id; item_id: iid/item/物品/Film-ID = item_id; rating: r_score/score/得分/Sterne =
        rating; split: split/fold/划分/split = split
    """,
    "cfgan_ciao": """
        user_id: user/userID/用户ID/Nutzer = user_id; item_id: product/productID/产品ID/Produkt = item_id; rating:
        rating/stars/评分/Bewertung = rating; split: split/partition/数据集/subset = split
    """,
    "gowalla": """
        user_id: user/uid/用户/Nutzer = user_id; item_id: location_id/venueId/地点 POI ID/poi = item_id; split:
        split/subset/划分/fold = split
    """,
    "s3rec_beauty": """
        user_id: reviewerID/user/买家ID/Kunde = user_id; item_id: asin/item/宝贝ID/Artikel-ID = item_id; seq_pos:
        position/seq/顺序/Reihenfolge = seq
    """,
    "lastfm_hetrec": """
        user_id: userID/listener/听众 用户ID/Hörer = user_id; item_id: artistID/artist/歌手ID/artist_id = item_id; plays:
        playcount/plays/播放次数/play count = quantity
    """,
    "steam_200k": """
        user_id: user-id/steam user id/玩家ID/Spieler = user_id; item_id: game-id/game/游戏ID/Spiel = item_id; value:
        value/hours/value/hours played = value; event: behavior-name/behavior/行为/Verhalten = event
    """,
    "bookcrossing": """
        user_id: User-ID/reader/读者编号/Leser = user_id; item_id: ISBN/book_id/图书ID/Buch = item_id; rating:
        Book-Rating/rating/评分/Bewertung = rating; event: event/event type/行为类型/Ereignis = event
    """,
}
SPELLINGS = ("usual", "another", "Chinese", "German")
HEADERLESS = {
    "ml-100k": ("user_id, item_id, CAST(rating AS INT), CAST(epoch(timestamp) AS BIGINT)", "user_id item_id rating timestamp"),
    "ml-1m": ("user_id, item_id, CAST(rating AS INT)", "user_id item_id rating"),
    "online_retail_2011_raw": (
        "invoice, item_id, title, quantity, strftime(timestamp, '%-m/%-d/%Y %-H:%M'), price, user_id, country",
        "order_id item_id title quantity timestamp price user_id -",
    ),
    "cfgan_ml100k": ("user_id, item_id, CAST(rating AS INT), split", "user_id item_id rating split"),
}


def columns(name: str) -> dict[str, tuple[list[str], str | None]]:
    """Column -> its usual names, its role."""
    found = {}
    for part in " ".join(NAMES[name].split()).split("; "):
        column, rest = part.split(": ")
        names, _, role = rest.partition(" = ")
        found[column] = (names.split("/"), role or None)
    return found


def looked(path: Path, folder: Path, **choices: object) -> Look:
    return look(IngestRequest(str(path), **choices), folder)  # type: ignore[arg-type]


def roles(seen: Look) -> dict[str, str]:
    return {guess.role: guess.column for guess in seen.roles}


@pytest.mark.parametrize("name", NAMES)
def test_under_its_own_names_nothing_is_asked(tmp_path: Path, name: str) -> None:
    seen = looked(DATA / name / "interactions.parquet", tmp_path)
    assert roles(seen) == {role: column for column, (_, role) in columns(name).items() if role}
    assert {guess.confidence for guess in seen.roles} == {"sure"}
    assert not seen.questions
    assert not [column.name for column in seen.columns if column.personal]


@pytest.mark.parametrize("spelling", range(4), ids=SPELLINGS)
@pytest.mark.parametrize("name", NAMES)
def test_under_usual_names_no_role_is_to_be_corrected(tmp_path: Path, name: str, spelling: int) -> None:
    renamed = {column: names[spelling] for column, (names, _) in columns(name).items()}
    select = ", ".join(f'"{column}" AS "{new}"' for column, new in renamed.items())
    path = tmp_path / "log.parquet"
    duckdb.sql(f"COPY (SELECT {select} FROM '{DATA / name / 'interactions.parquet'}') TO '{path}' (FORMAT parquet)")
    seen = looked(path, tmp_path)
    assert roles(seen) == {role: renamed[column] for column, (_, role) in columns(name).items() if role}
    assert not seen.questions


@pytest.mark.parametrize("name", HEADERLESS)
def test_without_a_header_its_contents_are_enough(tmp_path: Path, name: str) -> None:
    select, wanted = HEADERLESS[name]
    path = tmp_path / "log.csv"
    duckdb.sql(f"COPY (SELECT {select} FROM '{DATA / name / 'interactions.parquet'}') TO '{path}' (FORMAT csv, HEADER false)")
    seen = looked(path, tmp_path)
    assert not seen.header
    assert roles(seen) == {role: f"column {place}" for place, role in enumerate(wanted.split(), start=1) if role != "-"}
    nothing_tells = name == "cfgan_ml100k"  # no times, no order: the first column of ids is taken, and that is said
    assert bool(seen.questions) == nothing_tells
