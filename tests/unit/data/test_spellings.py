"""Ids that differ by case or spaces alone are one, in the commonest spelling; where case is part of the id they are not."""

from tests.unit.data.conftest import TakeIn


def test_the_commonest_spelling_wins_for_shoppers_and_products(take_in: TakeIn) -> None:
    result, dataset = take_in("user_id,item_id\nann,85123a\nANN,85123A\nAnn,851 23A\nbob,85123A\nbob,22\nann,22\n")
    assert dataset.user_ids.tolist() == ["ann", "bob"]
    assert dataset.item_ids.tolist() == ["22", "85123A"]
    assert dataset.counts().toarray().tolist() == [[1, 3], [1, 1]]
    told = {note["name"]: note["text"] for note in result.notes}
    assert told["shoppers spelled alike"].startswith("2 ids of shoppers differ")
    assert "'851 23A' from '85123A'" in told["products spelled alike"]
    assert result.rows_kept == 6


def test_of_equals_capitals_win_and_the_order_of_rows_does_not_matter(take_in: TakeIn) -> None:
    rows = ["1,ab1", "2,AB1", "2,x2"]
    ids = {take_in("user_id,item_id\n" + "\n".join(order) + "\n")[1].id for order in (rows, rows[::-1])}
    assert len(ids) == 1
    assert take_in("user_id,item_id\n" + "\n".join(rows) + "\n")[1].item_ids.tolist() == ["AB1", "x2"]


def test_where_case_is_part_of_the_id_it_counts(take_in: TakeIn) -> None:
    result, dataset = take_in("user_id,item_id\n1,dQw4w9\n1,dqw4W9\n2,xYz\n2,Abc\n")
    assert dataset.n_items == 4
    assert not result.notes


def test_another_spelling_that_was_dropped_does_not_count(take_in: TakeIn) -> None:
    result, dataset = take_in("user_id,item_id,quantity\n1,a,1\n2,b,1\n2,A,-1\n")
    assert dataset.item_ids.tolist() == ["a", "b"]
    assert not [note for note in result.notes if "alike" in note["name"]]


def test_without_the_rule_every_spelling_is_an_id(take_in: TakeIn) -> None:
    assert take_in("user_id,item_id\n1,a\n2,A\n", rules="none")[1].n_items == 2
