"""What speaks against a product is kept apart; a title that is none gives way; events are worth their weights."""

from tests.unit.data.conftest import TakeIn


def test_a_pair_whose_events_all_speak_against_is_not_to_be_shown(take_in: TakeIn) -> None:
    events = ["1,a,dislike", "1,b,dislike", "1,b,view", "1,c,dislike", "1,c,buy", "2,a,buy", "2,b,hide", "2,b,return", "2,c,view"]
    _, dataset = take_in("user_id,item_id,event\n" + "\n".join(events))
    assert dataset.against.toarray().tolist() == [[1, 0, 0], [0, 1, 0]]
    assert dataset.against.dtype == dataset.positives.dtype


def test_a_low_rating_speaks_against_and_a_missing_one_does_not(take_in: TakeIn) -> None:
    _, dataset = take_in("user_id,item_id,rating\n1,a,5\n1,b,1\n1,c,\n2,a,2\n2,a,5\n2,b,4\n", min_rating=4)
    assert dataset.against.toarray().tolist() == [[0, 1, 0], [0, 0, 0]]
    _, any_rating = take_in("user_id,item_id,rating\n1,a,5\n1,b,1\n1,c,\n2,a,2\n2,a,5\n2,b,4\n")
    assert any_rating.against.nnz == 0


def test_without_kinds_every_event_counts_one(take_in: TakeIn) -> None:
    _, dataset = take_in("user_id,item_id,timestamp\n1,a,2026-01-01\n1,a,2026-01-02\n2,b,2026-01-01\n")
    assert dataset.weights == {}
    assert dataset.positive_array("weight").tolist() == [2.0, 1.0]


def test_a_note_of_the_staff_is_no_title_where_there_is_a_better_one(take_in: TakeIn) -> None:
    rows = ["1,a,damages?,1", "1,a,DAMAGES,2", "2,a,RED MUG,3", "1,b,?,4", "2,b,Wet,5", "2,c,check,6"]
    _, dataset = take_in("user_id,item_id,title,order_id\n" + "\n".join(rows))
    assert dataset.items.title.tolist() == ["Red Mug", "Wet", "check"]
