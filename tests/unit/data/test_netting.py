"""A refund takes back the latest earlier purchase that is large enough; what came back in full is dropped under its own name."""

import random

from tests.unit.data.conftest import TakeIn

HEADER = "user_id,item_id,order_id,timestamp,quantity,price\n"
OTHER = ["9,z,1,2026-01-01,1,5", "8,z,2,2026-01-01,1,5"]


def left(take_in: TakeIn, rows: list[str], **options: object) -> tuple[dict[str, int], list[float], str]:
    """(rows dropped by reason, quantities of shopper 1 that are left in the order of time, what is told)."""
    result, dataset = take_in(HEADER + "\n".join([*OTHER, *rows]), **options)
    events = dataset.events(["user", "timestamp", "quantity"]).to_pandas()
    mine = events[events.user == 0] if "1" in dataset.user_ids else events.iloc[:0]
    dropped = {reason.name: reason.dropped for reason in result.reasons if reason.dropped}
    told = {note["name"]: note["text"] for note in result.notes}
    return dropped, mine.sort_values("timestamp").quantity.tolist(), told.get("refunds netted", "")


def test_part_of_a_purchase_comes_back(take_in: TakeIn) -> None:
    dropped, quantities, told = left(take_in, ["1,a,3,2026-01-01,6,2.5", "1,a,C1004,2026-01-03,-2,2.5"])
    assert dropped == {"cancelled order": 1}
    assert quantities == [4.0]
    assert told == "1 of 1 refunds were netted against an earlier purchase of the same shopper: 0 purchases came back in full, 1 in part."


def test_the_latest_earlier_purchase_that_is_large_enough_is_taken(take_in: TakeIn) -> None:
    rows = ["1,a,3,2026-01-01,5,2", "1,a,4,2026-01-02,5,2", "1,a,5,2026-01-03,2,2", "1,a,6,2026-01-09,9,2", "1,a,7,2026-01-04,-3,2"]
    dropped, quantities, _ = left(take_in, rows)
    assert dropped == {"non-positive quantity": 1}
    assert quantities == [5.0, 2.0, 2.0, 9.0]


def test_what_came_back_in_full_is_dropped_and_never_recommended(take_in: TakeIn) -> None:
    rows = ["1,a,3,2026-01-01,6,2", "1,b,3,2026-01-01,1,2", "1,a,4,2026-01-03,-6,2"]
    dropped, quantities, _ = left(take_in, rows)
    assert dropped == {"non-positive quantity": 1, "returned in full": 1}
    assert quantities == [1.0]
    _, dataset = take_in(HEADER + "\n".join([*OTHER, *rows, "8,a,9,2026-01-01,1,2"]))
    assert dataset.against.toarray().tolist() == [[1, 0, 0], [0, 0, 0], [0, 0, 0]]


def test_another_price_shopper_product_or_a_later_purchase_is_not_meant(take_in: TakeIn) -> None:
    rows = ["1,a,3,2026-01-05,6,2", "1,a,4,2026-01-06,-6,3", "1,b,5,2026-01-06,-6,2", "1,a,6,2026-01-01,-6,2", "8,a,7,2026-01-07,-6,2"]
    dropped, quantities, told = left(take_in, rows)
    assert dropped == {"non-positive quantity": 4}
    assert quantities == [6.0]
    assert told.startswith("0 of 4 refunds")


def test_several_refunds_share_a_purchase_as_far_as_it_goes(take_in: TakeIn) -> None:
    rows = ["1,a,3,2026-01-01,4,2", "1,a,4,2026-01-02,4,2", *(f"1,a,{10 + day},2026-01-{day:02d},-3,2" for day in (5, 6, 7))]
    dropped, quantities, told = left(take_in, rows)
    assert dropped == {"non-positive quantity": 3}
    assert quantities == [1.0, 1.0]
    assert told.startswith("2 of 3 refunds")


def test_many_single_purchases_that_all_come_back_leave_nothing(take_in: TakeIn) -> None:
    rows = [f"1,a,{day},2026-01-{day:02d},1,2" for day in range(1, 13)] + [f"1,a,{day},2026-02-{day:02d},-1,2" for day in range(1, 13)]
    dropped, quantities, _ = left(take_in, [*rows, "1,b,40,2026-01-01,7,2"])
    assert dropped == {"non-positive quantity": 12, "returned in full": 12}
    assert quantities == [7.0]


def test_a_return_among_the_kinds_of_event_takes_back_a_purchase(take_in: TakeIn) -> None:
    bought = [f"{user},{item},2026-01-01,buy" for user in (1, 2) for item in "ab"]
    result, dataset = take_in("user_id,item_id,timestamp,event\n" + "\n".join([*bought, "1,a,2026-01-02,refund"]))
    assert {reason.name: reason.dropped for reason in result.reasons if reason.dropped} == {"returned in full": 1}
    assert dataset.positives.toarray().tolist() == [[0, 1], [1, 1]]
    assert dataset.against.toarray().tolist() == [[1, 0], [0, 0]]


def test_the_order_of_the_file_does_not_matter(take_in: TakeIn) -> None:
    shuffle = random.Random(5)
    rows = [
        f"1,{shuffle.choice('ab')},{n},2026-01-{shuffle.randint(1, 5):02d},{shuffle.choice([-3, -2, -1, 1, 2, 3])},2" for n in range(40)
    ]
    ids = set()
    for _ in range(3):
        shuffle.shuffle(rows)
        ids.add(take_in(HEADER + "\n".join([*OTHER, *rows]))[1].id)
    assert len(ids) == 1


def test_without_the_rule_nothing_is_netted(take_in: TakeIn) -> None:
    rows = ["1,a,3,2026-01-01,6,2", "1,a,4,2026-01-03,-6,2"]
    dropped, quantities, told = left(take_in, rows, rules=("non-positive quantity",))
    assert (dropped, quantities, told) == ({"non-positive quantity": 1}, [6.0], "")
