"""A dataset says what the log said: ids, counts, tables, positives, and what trains."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal

from recsys_core.data.dataset import Dataset
from recsys_core.errors import CorruptArtifactError, InputError, NotFoundError
from tests.unit.data.conftest import TakeIn

LOG = """user_id,item_id,timestamp,event,quantity,price,country
u2,b,2026-01-02 10:00,purchase,1,4.00,France
u1,a,2026-01-01 10:00,view,,,Spain
u1,a,2026-01-03 10:00,purchase,2,3.00,Spain
u1,b,2026-01-01 10:00,purchase,1,5.00,Spain
u1,b,2026-01-03 10:00,purchase,3,6.00,Spain
u3,c,2026-01-05 10:00,view,,,Peru
u3,a,2026-01-05 10:00,view,,,Peru
"""
ITEMS = """item_id,title,category,price,brand
a,RED  MUG,Kitchen,3.10,Acme
c,BLUE MUG ,Kitchen,7.50,
d,NEVER SOLD,Garden,1.00,Acme
"""


@pytest.fixture
def dataset(take_in: TakeIn) -> Dataset:
    return take_in(LOG, items=ITEMS, currency="€", name="Corner shop")[1]


def test_ids_are_numbered_in_their_order(dataset: Dataset) -> None:
    assert dataset.user_ids.tolist() == ["u1", "u2", "u3"]
    assert dataset.item_ids.tolist() == ["a", "b", "c", "d"]
    assert dataset.user_index("u2") == 1
    assert dataset.item_index("d") == 3
    assert (dataset.n_users, dataset.n_items, dataset.shape) == (3, 4, (3, 4))
    assert (dataset.name, dataset.currency) == ("Corner shop", "€")


def test_an_unknown_id_is_not_found(dataset: Dataset) -> None:
    for find, id in ((dataset.user_index, "u9"), (dataset.item_index, "A"), (dataset.item_index, "")):
        with pytest.raises(NotFoundError):
            find(id)


def test_purchases_are_the_positives_where_there_are_any(dataset: Dataset) -> None:
    assert_array_equal(dataset.positives.toarray(), [[1, 1, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0]])
    assert dataset.positives.dtype == np.float32
    assert dataset.positives.has_sorted_indices
    assert not dataset.positives.data.flags.writeable


def test_events_are_counted_by_kind(dataset: Dataset) -> None:
    assert dataset.kinds == ["purchase", "view"]
    assert_array_equal(dataset.counts().toarray(), [[2, 2, 0, 0], [0, 1, 0, 0], [1, 0, 1, 0]])
    assert_array_equal(dataset.counts("purchase").toarray(), [[1, 2, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0]])
    assert_array_equal(dataset.counts("view").toarray(), [[1, 0, 0, 0], [0, 0, 0, 0], [1, 0, 1, 0]])
    with pytest.raises(NotFoundError, match="cart"):
        dataset.counts("cart")


def test_what_is_known_of_a_positive_is_of_its_first_event(dataset: Dataset) -> None:
    first = pd.to_datetime(pd.Series(dataset.positive_array("time")), unit="us").dt.strftime("%m-%d").tolist()
    assert first == ["01-03", "01-01", "01-02"]  # u1-a (the view before does not count), u1-b, u2-b
    assert dataset.positive_array("row").tolist() == [2, 3, 0]
    assert dataset.positive_array("events").tolist() == [1, 2, 1]


def test_products_have_tidy_titles_and_what_the_log_says(dataset: Dataset) -> None:
    items = dataset.items.set_index("item_id")
    assert items.title.to_dict() == {"a": "Red Mug", "b": "b", "c": "Blue Mug", "d": "Never Sold"}
    assert items.loc["a", "title_raw"] == "RED  MUG"
    assert items.price.to_dict() == {"a": 3.0, "b": 5.0, "c": 7.5, "d": 1.0}  # the median paid, else the catalogue's
    assert items.n_events.to_dict() == {"a": 3, "b": 3, "c": 1, "d": 0}
    assert items.n_users.to_dict() == {"a": 1, "b": 2, "c": 0, "d": 0}  # who bought, not who looked
    assert items.loc["b", "first_seen"] == pd.Timestamp("2026-01-01 10:00")
    assert items.loc["a", ["brand", "list_price", "category"]].tolist() == ["Acme", 3.1, "Kitchen"]
    assert items.loc[["b", "c"], "brand"].isna().all()


def test_shoppers_have_orders_spend_and_their_country(dataset: Dataset) -> None:
    users = dataset.users.set_index("user_id")
    assert users.n_events.to_dict() == {"u1": 4, "u2": 1, "u3": 2}
    assert users.n_items.to_dict() == {"u1": 2, "u2": 1, "u3": 0}  # u3 only looked
    assert users.n_orders.to_dict() == {"u1": 2, "u2": 1, "u3": 0}
    assert users.loc["u3", "spend"] == 0
    assert users.loc["u1", "spend"] == 2 * 3 + 5 + 3 * 6
    assert users.country.to_dict() == {"u1": "Spain", "u2": "France", "u3": "Peru"}


def test_events_keep_every_column_of_the_log(dataset: Dataset) -> None:
    events = dataset.events()
    assert events.column_names == [
        *("user", "item", "timestamp", "event", "rating", "quantity", "price", "value", "order_id", "seq", "split", "country", "row")
    ]
    assert str(events.schema.field("timestamp").type) == "timestamp[us]"
    assert str(events.schema.field("user").type) == "int32"
    assert events["rating"].null_count == events.num_rows == 7
    assert dataset.events(["row"])["row"].to_pylist() == [1, 2, 3, 4, 0, 6, 5]  # by user, product, time


def test_an_order_number_tells_orders_apart(take_in: TakeIn) -> None:
    _, dataset = take_in("user_id,item_id,invoice\n1,a,x1\n1,b,x1\n1,a,x2\n2,a,x3\n")
    assert dataset.users.n_orders.tolist() == [2, 1]


def test_ratings_have_neither_orders_nor_spend(take_in: TakeIn) -> None:
    _, dataset = take_in("user_id,item_id,rating,timestamp\n1,a,5,2026-01-01\n1,b,1,2026-01-01\n2,a,3,2026-01-02\n")
    assert dataset.users[["n_orders", "spend"]].isna().all(axis=None)
    assert dataset.positives.nnz == 3


def test_ratings_below_the_minimum_stay_but_do_not_train(take_in: TakeIn) -> None:
    result, dataset = take_in("user_id,item_id,rating\n1,a,5\n1,b,1\n2,a,4\n2,b,\n", min_rating=4)
    assert result.rows_kept == 4
    assert (result.reasons[-1].name, result.reasons[-1].matched, result.reasons[-1].dropped) == ("not a positive", 2, 0)
    assert_array_equal(dataset.positives.toarray(), [[1, 0], [1, 0]])
    assert result.trains == {"rows": 2, "users": 2, "items": 1}


def test_positive_kinds_can_be_named(take_in: TakeIn) -> None:
    _, dataset = take_in(LOG, positive=("View",))
    assert_array_equal(dataset.positives.toarray(), [[1, 0, 0], [0, 0, 0], [1, 0, 1]])
    with pytest.raises(InputError, match="'cart'"):
        take_in(LOG, positive=("cart",))


def test_returns_are_never_positive_by_themselves(take_in: TakeIn) -> None:
    _, dataset = take_in("user_id,item_id,event\n1,a,view\n1,b,return\n2,a,cart\n")
    assert_array_equal(dataset.positives.toarray(), [[1, 0], [1, 0]])


def test_the_core_decides_what_trains_and_not_what_exists(take_in: TakeIn) -> None:
    rows = [(f"u{user}", f"i{item}") for user in range(6) for item in range(5)] + [("u0", "rare"), ("new", "i0")]
    result, dataset = take_in(pd.DataFrame(rows, columns=["user_id", "item_id"]), min_user_items=None, min_item_users=None)
    assert (result.users, result.items) == (7, 6)
    assert result.trains == {"rows": 30, "users": 6, "items": 5}
    assert dataset.positives.nnz == 32
    assert dataset.user_ids[~dataset.trains_users].tolist() == ["new"]
    assert dataset.item_ids[~dataset.trains_items].tolist() == ["rare"]


def test_with_a_split_column_nothing_is_cut_or_cleaned(take_in: TakeIn) -> None:
    log = "user_id,item_id,price,split\n1,a,0,train\n1,a,0,train\n2,b,1,test\n"
    result, dataset = take_in(log, min_user_items=None, min_item_users=None)
    assert result.rows_kept == 3
    assert result.trains == {"rows": 3, "users": 2, "items": 2}
    assert dataset.has_split


def test_titles_in_the_log_go_to_the_products(take_in: TakeIn) -> None:
    rows = ["1,a,RED MUG", "2,a,RED MUG", "3,a,MUG", "1,b,?", "2,c,BIG", "3,c,BIGGER"]
    _, dataset = take_in("CustomerID,StockCode,Description\n" + "\n".join(rows))
    assert dataset.items.title.tolist() == ["Red Mug", "b", "Bigger"]  # the commonest; the id for none; of equals the longest


def test_a_persons_name_in_a_log_is_no_title_but_in_a_catalogue_it_is(take_in: TakeIn) -> None:
    _, dataset = take_in("user_id,item_id,name\n1,a,Ada\n1,b,Ada\n2,a,Bob\n2,b,Bob\n", items="item_id,name\na,MUG\nb,CUP\n")
    assert dataset.items.title.tolist() == ["Mug", "Cup"]
    assert "name" not in dataset.users  # personal: left out unless asked for


def test_columns_that_differ_by_case_alone_live_side_by_side(take_in: TakeIn) -> None:
    _, dataset = take_in("user_id,item_id,Price,PRICE,row,user\n1,a,1,x,r,s\n2,b,2,y,r,t\n")
    assert dataset.events().column_names[-4:] == ["PRICE (2)", "row (2)", "user (2)", "row"]


def test_columns_may_be_called_as_python_calls_things(take_in: TakeIn) -> None:
    _, dataset = take_in("user_id,item_id\nu1,a\nu2,b\n", items="item_id,self\na,x\nb,y\n", users="user_id,self,index\nu1,p,1\nu2,q,2\n")
    assert dataset.items["self"].tolist() == ["x", "y"]
    assert dataset.users[["self", "index"]].to_numpy().tolist() == [["p", "1"], ["q", "2"]]


def test_a_shopper_table_is_joined_and_mismatches_are_told(take_in: TakeIn) -> None:
    result, dataset = take_in(LOG, users="user_id,age\nu1,30\nu1,31\nu9,50\n")
    assert dataset.users.age.tolist()[0] == 30
    assert dataset.users.age.isna().tolist() == [False, True, True]
    told = {warning["name"]: warning["text"] for warning in result.warnings}
    assert told["unknown shoppers"].startswith("Of 3 shoppers in the log, 2 are")
    assert told["repeated shoppers"].startswith("The file of shoppers repeats ids in 1 of its rows")


def test_a_damaged_dataset_is_not_opened(dataset: Dataset) -> None:
    path = dataset.folder / "csr" / "positives.indices.npy"
    path.write_bytes(path.read_bytes()[:-4])
    with pytest.raises(CorruptArtifactError, match=r"positives\.indices\.npy"):
        Dataset.open(dataset.folder)


def test_what_was_touched_is_more_than_what_was_bought_but_not_what_was_sent_back(take_in: TakeIn) -> None:
    _, dataset = take_in(LOG + "u3,b,2026-01-06 10:00,return,,,Peru\nu2,a,2026-01-06 10:00,impression,,,France\n", items=ITEMS)
    assert dataset.positives.toarray().tolist() == [[1, 1, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0]]
    assert dataset.touched.toarray().tolist() == [[1, 1, 0, 0], [0, 1, 0, 0], [1, 0, 1, 0]]
    assert dataset.touched.dtype == np.float32


def test_where_everything_counts_nothing_more_was_touched(take_in: TakeIn) -> None:
    _, dataset = take_in("user_id,item_id\nu1,a\nu1,b\nu2,a\n")
    assert dataset.touched is dataset.positives
