"""A column's name is cut into words of several languages, and the words say its role."""

import pytest

from recsys_core.data.guessing.names import name_scores, read_name


@pytest.mark.parametrize(
    ("role", "names"),
    [
        ("user_id", "CustomerID|cust_no|Customer Number|visitor id (hashed)|Kunden-Nr|Kundennummer|Loyalty card|N° client|Código cliente"),
        ("user_id", "用户ID|会员号|买家编号|顾客编号|客户编码|reviewerID|household_key|KUNNR|Sold-to party|user_pseudo_id|custmoer_id"),
        (
            "item_id",
            "StockCode|Artikelnummer|Artikel-Nr.|product sku|MATNR|Référence produit|Código de artículo|商品编号|商品ID|货号|movieId",
        ),
        ("timestamp", "InvoiceDate|t_dat|Bestelldatum|Fecha de pedido|Date de commande|下单时间|行为时间戳|unixReviewTime|created_at"),
        ("event", "event_type|behavior|行为类型|用户行为|Aktion|action type|eventName"),
        ("rating", "rating|stars|评分|Bewertung|review_score|Book-Rating"),
        ("quantity", "Quantity|qty_ordered|Menge|Stückzahl|Stueckzahl|Cantidad|数量|购买数量|num_items|amount bought|Lineitem quantity"),
        ("price", "UnitPrice|Einzelpreis|Prix unitaire|Precio unitario|单价|item price|Sales Price|price_eur"),
        ("value", "Total Price|row_total|Betrag|Montant|Importe|金额|sales_value|total_amount|Net value"),
        ("order_id", "InvoiceNo|BASKET_ID|Bestellnummer|Rechnungsnr.|numéro de commande|订单号|transactionid|Billing Document"),
        ("title", "Article name|Artikelbezeichnung|商品名称|product_title|Material Description|nom du produit"),
        ("category", "product category|类目|商品分类|Warengruppe|department|genre"),
        ("split", "split|fold"),
        ("seq", "seq|position|sequence number"),
    ],
)
def test_a_name_says_its_role(role: str, names: str) -> None:
    for name in names.split("|"):
        scores = name_scores(name)
        assert scores.get(role, 0) >= 0.6, name
        assert max(scores, key=lambda each: scores[each]) == role, name


@pytest.mark.parametrize(
    "name", ["country", "store_id", "gender", "discount", "sales_channel_id", "helpful_votes", "Zahlungsart", "运费", "is_read"]
)
def test_a_name_of_something_else_says_no_role(name: str) -> None:
    assert all(score < 0.28 for score in name_scores(name).values())


@pytest.mark.parametrize("name", ["column 1", "Unnamed: 0", "_c3", "field_2", "V1", "7", ""])
def test_a_name_that_was_given_for_want_of_one_is_none(name: str) -> None:
    assert read_name(name).empty
    assert not name_scores(name)


def test_a_word_written_as_one_is_cut_where_words_meet() -> None:
    assert read_name("kundennummer") == read_name("Kunden Nummer") == read_name("KundenNummer")
    assert read_name("用户标识") == read_name("user id")
