"""A catalogue and a shopper table: found, matched, typed, and told of, in the languages and habits of real files."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from recsys_core.data.attribute_roles import PRODUCT_ROLES, SHOPPER_ROLES, category_levels, guess_attributes, plain
from recsys_core.data.dataset import Dataset
from recsys_core.data.ingest import IngestRequest, ingest
from recsys_core.errors import InputError, NotFoundError
from tests.unit.data.conftest import TakeIn
from tests.unit.data.test_pictures import drawn

LOG = "user_id,item_id\n" + "\n".join(f"u{user},{item}" for user in (1, 2) for item in ("A1", "A2", "A3", "A4"))


def warned(result: object) -> dict[str, str]:
    return {warning["name"]: warning["text"] for warning in result.warnings}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("header", "roles"),
    [
        ("Item ID,Name,Description,Category,Brand,List Price,Cost,Gross Margin,In Stock,Launch Date,Image URL,Tags", "all"),
        ("商品编号,商品名称,描述,分类,品牌,价格,成本,毛利率,库存,上架时间,图片,标签", "all"),
        (
            "Artikelnummer,Bezeichnung,Beschreibung,Warengruppe,Marke,Preis,Einkaufspreis,Marge,Bestand,Erscheinungsdatum,Bild,Schlagworte",
            "all",
        ),
        (
            "Référence,Libellé,Descriptif,Catégorie,Marque,Prix,Coût,Taux de marge,Quantité en stock,Date de sortie,URL image,Étiquettes",
            "all",
        ),
        ("Código,Título,Descripción,Categoría,Marca,Precio,Coste,Margen,Existencias,Fecha de lanzamiento,Imagen,Etiquetas", "all"),
        ("StockCode,Description,UnitPrice", ["item_id", "title", "list_price"]),
        ("movieId,title,genres", ["item_id", "title", "category"]),
        ("Handle,Title,Vendor", ["title"]),
    ],
)
def test_columns_of_a_catalogue_are_found_by_name(header: str, roles: object) -> None:
    columns = header.split(",")
    found = guess_attributes(columns, PRODUCT_ROLES)
    wanted = [role.name for role in PRODUCT_ROLES] if roles == "all" else roles
    assert set(found) == set(wanted)
    assert [found[role] for role in wanted] == columns[: len(wanted)] or roles != "all"


@pytest.mark.parametrize(
    "header",
    [
        "user_id,Age,Gender,Region,Country,City,Tier,Signup Date",
        "用户ID,年龄,性别,地区,国家,城市,会员等级,注册时间",
        "Kundennummer,Alter,Geschlecht,Bundesland,Land,Stadt,Stufe,Kunde seit",
        "ID client,age,Sexe,Région,Pays,Ville,Niveau,Date inscription",
        "id_cliente,Edad,Sexo,Provincia,País,Ciudad,Nivel,Fecha registro",
    ],
)
def test_columns_of_a_shopper_table_are_found_by_name(header: str) -> None:
    assert list(guess_attributes(header.split(","), SHOPPER_ROLES).values()) == header.split(",")


def test_every_usual_name_is_plain_and_means_one_thing() -> None:
    for roles in (PRODUCT_ROLES, SHOPPER_ROLES):
        names = [name for role in roles for name in role.usual_names.split()]
        assert [name for name in names if plain(name) != name] == []
        assert [name for name in set(names) if names.count(name) > 1] == []


def test_levels_of_a_tree_are_found() -> None:
    assert category_levels(["sku", "Category 2", "Category 1", "name"]) == ["Category 1", "Category 2"]
    assert category_levels(["一级类目", "二级类目", "三级类目"]) == ["一级类目", "二级类目", "三级类目"]
    assert category_levels(["Category 1", "category"]) == []


def test_attributes_are_kept_as_what_they_are(take_in: TakeIn) -> None:
    items = pd.DataFrame(
        {
            "sku": ["A1", "A2", "A3", "A4"],
            "Preis": ["1.234,50 €", "3,10 €", "0,99 €", None],
            "Marge": ["35 %", "12,5%", "40%", "7 %"],
            "Bestand": ["10", "0", "1.200", "7"],
            "Erscheinungsdatum": ["31.12.2024", "01.02.2025", None, "15.03.2025"],
            "added": ["2025-01-01", "2025-01-02", "2025-01-03", "2025-01-04"],
            "supplier_id": ["7", "8", "9", "9"],
            "weight": ["1.5", "2", "3", "4"],
            "code": ["007", "008", "1.5", "2"],
            "colour": ["red", "blue", "red", "red"],
        }
    )
    _, dataset = take_in(LOG, items=items)
    shown = dataset.items.set_index("item_id")
    assert shown.list_price.tolist()[:3] == [1234.5, 3.1, 0.99]
    assert shown.margin.tolist() == [0.35, 0.125, 0.4, 0.07]
    assert shown.stock.tolist() == [10, 0, 1200, 7]
    assert shown.launch_date.tolist()[:2] == [pd.Timestamp("2024-12-31"), pd.Timestamp("2025-02-01")]
    assert shown.weight.tolist() == [1.5, 2, 3, 4]
    assert shown.supplier_id.tolist() == ["7", "8", "9", "9"]
    assert shown.code.tolist() == ["007", "008", "1.5", "2"]
    assert {name: about["kind"] for name, about in dataset.item_attributes.items()} == {
        "list_price": "number",
        "margin": "share",
        "stock": "number",
        "launch_date": "date",
        "added": "date",
        "supplier_id": "text",
        "weight": "number",
        "code": "text",
        "colour": "text",
    }
    assert dataset.item_attributes["stock"]["column"] == "Bestand"
    assert shown.price.tolist()[:3] == [1234.5, 3.1, 0.99]  # nothing was paid, so the list price


def test_a_few_unreadable_cells_are_told(take_in: TakeIn) -> None:
    log = "user_id,item_id\n" + "\n".join(f"{user},i{item}" for user in "ab" for item in range(100))
    items = pd.DataFrame({"item_id": [f"i{item}" for item in range(100)], "price": ["soon", *map(str, range(99))]})
    result, dataset = take_in(log, items=items)
    assert dataset.items.list_price.isna().sum() == 1
    assert warned(result)["unreadable price"] == "1 cell of 'price' in the file of products hold no number, for example 'soon'."


def test_ids_match_without_case_and_spaces(take_in: TakeIn) -> None:
    result, dataset = take_in(LOG, items="item_id,title\na1 ,MUG\nA 2,CUP\nA3,POT\na3,PAN\nZ9,LID\n")
    titles = dataset.items.set_index("item_id").title.to_dict()
    assert titles == {"A1": "Mug", "A2": "Cup", "A3": "Pot", "A4": "A4", "Z9": "Lid", "a3": "Pan"}
    told = warned(result)
    assert told["ids of products"] == "2 ids of the file of products are the log's but for case or spaces ('a1' is 'A1')."
    assert told["unknown products"].startswith("Of 4 products in the log, 1 are not in the file of products, for example 'A4'.")


def test_the_ids_are_where_the_logs_ids_are(take_in: TakeIn) -> None:
    _, dataset = take_in(LOG, items="id,what,title\n1,A1,MUG\n2,A2,CUP\n3,A3,POT\n")
    assert dataset.items.title.tolist() == ["Mug", "Cup", "Pot", "A4"]
    assert dataset.items["id"].tolist()[:3] == ["1", "2", "3"]


def test_a_catalogue_of_another_shop_is_told(take_in: TakeIn) -> None:
    result, _ = take_in(LOG, items="item_id,title\nX1,MUG\nX2,CUP\n")
    text = "None of the 4 products in the log is in the file of products: do both call them the same?"
    assert warned(result)["unknown products"] == f"{text} The log has 'A1', 'A2', 'A3', the file 'X1', 'X2'."


def test_a_catalogue_without_ids_is_refused(take_in: TakeIn) -> None:
    with pytest.raises(InputError, match="item_id"):
        take_in(LOG, items="colour,size\nred,L\n")


def test_several_categories_are_kept_whole_beside_the_first(take_in: TakeIn) -> None:
    _, dataset = take_in(LOG, items="item_id,genres\nA1,Comedy|Drama\nA2,Drama|War\nA3,War\nA4,\n")
    assert dataset.items.category.tolist()[:3] == ["Comedy", "Drama", "War"]
    assert dataset.items.categories.tolist()[:3] == ["Comedy|Drama", "Drama|War", "War"]
    found = dataset.item_values("categories")
    assert found.values == ["Drama", "War", "Comedy"]
    assert found.matrix.toarray().tolist() == [[1, 0, 1], [1, 1, 0], [0, 1, 0], [0, 0, 0]]
    assert dataset.item_values("category").matrix.sum() == 3


def test_a_path_gives_the_deepest_category_that_still_makes_groups(take_in: TakeIn) -> None:
    leaves = [
        f"{top} > {name} > {name} {place}" for top, name in (("Food", "Tea"), ("Food", "Other"), ("Home", "Other")) for place in range(10)
    ]
    log = "user_id,item_id\n" + "\n".join(f"{user},i{item:02}" for user in "ab" for item in range(30))
    items = pd.DataFrame({"item_id": [f"i{item:02}" for item in range(30)], "category": leaves})
    _, dataset = take_in(log, items=items)
    assert dataset.items.category.value_counts().to_dict() == {"Tea": 10, "Food / Other": 10, "Home / Other": 10}
    assert dataset.items.categories[0] == "Food|Tea|Tea 0"


def test_levels_in_columns_are_one_path(take_in: TakeIn) -> None:
    _, dataset = take_in(LOG, items="item_id,Category 1,Category 2\nA1,Food,Tea\nA2,Food,Coffee\nA3,Home,\nA4,,\n")
    assert dataset.items.category.tolist()[:3] == ["Food", "Food", "Home"]
    assert dataset.items.categories.tolist()[:3] == ["Food|Tea", "Food|Coffee", "Home"]
    assert dataset.items["Category 2"].tolist()[:2] == ["Tea", "Coffee"]


def test_lists_come_from_json_lines_and_parquet(take_in: TakeIn, tmp_path: Path, datasets_dir: Path) -> None:
    rows = [{"item_id": f"A{n}", "tags": tags, "price": 1.5} for n, tags in enumerate((["a", "b"], ["b"], [], ["c|d"]), start=1)]
    (tmp_path / "items.jsonl").write_text("\n".join(map(json.dumps, rows)))
    pd.DataFrame(rows).to_parquet(tmp_path / "items.parquet")
    (tmp_path / "log.csv").write_text(LOG)
    ids = set()
    for name in ("items.jsonl", "items.parquet"):
        result = ingest(
            IngestRequest(str(tmp_path / "log.csv"), items=str(tmp_path / name), min_user_items=1, min_item_users=1), datasets_dir
        )
        ids.add(result.dataset)
        items = Dataset.open(datasets_dir / result.dataset).items
        assert items.tags.fillna("").tolist() == ["a|b", "b", "", "c/d"]
    assert len(ids) == 1


def test_numbers_and_dates_have_no_values(take_in: TakeIn) -> None:
    _, dataset = take_in(LOG, items="item_id,stock\nA1,1\nA2,2\n")
    for name in ("stock", "price", "nothing"):
        with pytest.raises(NotFoundError):
            dataset.item_values(name)


def test_the_price_is_of_purchases_where_kinds_are_told_apart(take_in: TakeIn) -> None:
    log = "user_id,item_id,event,price\n1,a,view,9\n1,a,view,9\n1,a,purchase,5\n2,b,view,7\n2,a,purchase,6\n"
    _, dataset = take_in(log)
    assert dataset.items.price.tolist() == [5.5, 7]


def test_attributes_in_the_log_are_lifted_out_as_what_they_are(take_in: TakeIn) -> None:
    rows = [f"u{user},i{item},{'Acme' if item % 2 else 'Best'},{item * 1.5},{20 + user}" for user in range(4) for item in range(1, 5)]
    _, dataset = take_in("user_id,item_id,brand,weight,age\n" + "\n".join(rows))
    assert dataset.items.brand.tolist() == ["Acme", "Best", "Acme", "Best"]
    assert dataset.items.weight.tolist() == [1.5, 3, 4.5, 6]
    assert dataset.users.age.tolist() == [20, 21, 22, 23]
    assert dataset.user_attributes == {"age": {"kind": "number", "column": "age", "found": "log"}}


def test_persons_in_a_shopper_table_are_left_out(take_in: TakeIn) -> None:
    users = "user_id,Name,mail,tier\nu1,Ada Byron,ada@x.org,gold\nu2,Bob Martin,bob@y.com,\n"
    result, dataset = take_in(LOG, users=users)
    assert dataset.users.columns.tolist()[-1] == "tier"
    assert not {"Name", "mail"} & set(dataset.users.columns)
    assert warned(result)["personal Name"] == "The column 'Name' of the file of shoppers names persons: it was left out."


def test_shoppers_named_by_mail_are_found_by_its_hash(take_in: TakeIn) -> None:
    people = [f"someone.{n}@shop.example" for n in range(8)]
    log = "email,item_id\n" + "\n".join(f"{person},{item}" for person in people for item in ("a", "b"))
    _, dataset = take_in(log, roles={"user_id": "email"}, users="email,tier\n" + "\n".join(f"{person},gold" for person in people))
    assert "@" not in "".join(dataset.user_ids)
    assert dataset.users.tier.tolist() == ["gold"] * 8


def test_pictures_and_vectors_come_with_the_dataset(take_in: TakeIn, tmp_path: Path) -> None:
    import zipfile

    with zipfile.ZipFile(tmp_path / "p.zip", "w") as archive:
        archive.writestr("a2.png", drawn("red"))
    (tmp_path / "v.csv").write_text("item_id,v0,v1\nA1,1,2\nA4,3,4\n")
    plain_one, bare = take_in(LOG)
    result, dataset = take_in(LOG, pictures=str(tmp_path / "p.zip"), vectors=str(tmp_path / "v.csv"))
    assert result.dataset != plain_one.dataset
    assert (dataset.thumbnail(1) or b"")[8:12] == b"WEBP"
    assert dataset.thumbnail(0) is None
    assert dataset.picture_features is not None
    assert dataset.item_vectors is not None
    assert dataset.picture_features[1].tolist() == [False, True, False, False]
    assert np.linalg.norm(dataset.picture_features[0], axis=1).round(5).tolist() == [0, 1, 0, 0]
    assert dataset.item_vectors[0].tolist() == [[1, 2], [0, 0], [0, 0], [3, 4]]
    assert dataset.item_vectors[1].tolist() == [True, False, False, True]
    assert warned(result)["pictures"] == "1 of 4 products have a picture, out of 1 files in p.zip."
    assert (bare.thumbnail(1), bare.picture_features, bare.item_vectors, bare.has_pictures) == (None, None, None, False)


def test_a_wide_catalogue_fits_into_memory(take_in: TakeIn) -> None:
    columns = [f"x{place}" for place in range(64)]
    items = "\n".join([",".join(["item_id", *columns]), *(f"A{n}," + ",".join([" n/a ", f" {n}.5 "] * 32) for n in range(1, 5))])
    _, dataset = take_in(LOG, items=items)
    assert dataset.items["x63"].tolist() == [1.5, 2.5, 3.5, 4.5]
    assert dataset.items["x62"].isna().all()


def test_what_becomes_of_persons_can_be_chosen(take_in: TakeIn) -> None:
    users = "user_id,Name,mail\nu1,Ada Byron,ada@x.org\nu2,Bob Martin,bob@y.com\n"
    _, dataset = take_in(LOG, users=users, personal={"Name": "keep", "mail": "hash"})
    assert dataset.users.Name.tolist() == ["Ada Byron", "Bob Martin"]
    assert dataset.users.mail.str.fullmatch("[0-9a-f]{32}").all()
