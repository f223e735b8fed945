"""The epoch loop with a toy trainee: what is kept, when it stops, and that a killed training ends where an undisturbed one does."""

import numpy as np
import pytest

from recsys_core.errors import InputError
from recsys_core.training.checkpoint import CheckpointFile
from recsys_core.training.events import Listener
from recsys_core.training.loop import LoopSettings, run_epochs

pytestmark = pytest.mark.unit


class Walk:
    """Adds noise to one number at each step; its whole state is that number and a generator."""

    def __init__(self):
        self.value = np.zeros(1)
        self.rng = np.random.default_rng(7)

    def step(self, rows, update):
        self.value = self.value + self.rng.normal(size=1) * len(rows)
        return {"loss": float(self.value[0])}

    def weights(self):
        return {"value": self.value.copy()}

    def load_weights(self, arrays):
        self.value = arrays["value"].copy()

    def state(self):
        words = self.rng.bit_generator.state["state"]
        return {"rng": np.frombuffer(words["state"].to_bytes(16, "big") + words["inc"].to_bytes(16, "big"), dtype=np.uint8).copy()}

    def load_state(self, arrays):
        raw = arrays["rng"].tobytes()
        state = self.rng.bit_generator.state
        state["state"] = {"state": int.from_bytes(raw[:16], "big"), "inc": int.from_bytes(raw[16:], "big")}
        self.rng.bit_generator.state = state


class StopAfter(Listener):
    """Raises at the n-th batch, as a kill would end it."""

    def __init__(self, batches):
        self.left = batches

    def check(self):
        self.left -= 1
        if self.left < 0:
            raise KeyboardInterrupt


SETTINGS = LoopSettings(epochs=8, batch_size=3, seed=1)


def test_the_best_epoch_is_what_is_left():
    walk = Walk()
    result = run_epochs(walk, 10, SETTINGS, listener=Listener(), validate=lambda: -abs(float(walk.value[0])))
    kept = next(row for row in result.curves if row["epoch"] == result.best_epoch)
    assert kept["validation"] == max(row["validation"] for row in result.curves) == result.best_value
    assert -abs(float(walk.value[0])) == result.best_value


def test_it_stops_when_nothing_improves():
    values = iter([1, 2, 1, 1, 1, 5, 5, 5])
    result = run_epochs(Walk(), 4, LoopSettings(8, 4, 0, patience=3), listener=Listener(), validate=lambda: next(values))
    assert len(result.curves) == 5
    assert result.best_epoch == 2


def test_without_validation_the_last_epoch_counts():
    assert run_epochs(Walk(), 4, SETTINGS, listener=Listener()).best_epoch == 8


@pytest.mark.parametrize("batches", [1, 4, 5, 17, 30])
def test_a_training_stopped_anywhere_and_resumed_ends_where_an_undisturbed_one_does(tmp_path, batches):
    undisturbed = Walk()
    expected = run_epochs(undisturbed, 10, SETTINGS, listener=Listener(), validate=lambda: float(undisturbed.value[0]))
    checkpoint = CheckpointFile(tmp_path / "c.safetensors")
    first = Walk()
    with pytest.raises(KeyboardInterrupt):
        run_epochs(first, 10, SETTINGS, listener=StopAfter(batches), validate=lambda: float(first.value[0]), checkpoint=checkpoint)
    second = Walk()
    result = run_epochs(second, 10, SETTINGS, listener=Listener(), validate=lambda: float(second.value[0]), checkpoint=checkpoint)
    assert second.value == undisturbed.value
    assert result.best_epoch == expected.best_epoch
    assert [row["loss"] for row in result.curves] == [row["loss"] for row in expected.curves]


def test_a_damaged_checkpoint_is_as_good_as_none(tmp_path):
    path = tmp_path / "c.safetensors"
    path.write_bytes(b"not a checkpoint")
    assert CheckpointFile(path).load() is None
    run_epochs(Walk(), 10, SETTINGS, listener=Listener(), checkpoint=CheckpointFile(path))
    saved = CheckpointFile(path).load()
    assert saved is not None
    assert len(saved.head["curves"]) == 8


def test_what_a_checkpoint_holds_comes_back_whatever_its_type_and_shape(tmp_path):
    arrays = {
        "bytes": np.arange(5, dtype=np.uint8),
        "table": np.arange(6, dtype=np.float32).reshape(2, 3).T,
        "number": np.array(3.5),
        "flags": np.array([True, False]),
        "none": np.zeros((0, 4), dtype=np.int64),
    }
    file = CheckpointFile(tmp_path / "c.safetensors")
    file.save(arrays, {"epoch": 3, "word": "ü"})
    saved = file.load()
    assert saved.head == {"epoch": 3, "word": "ü"}
    assert saved.arrays.keys() == arrays.keys()
    for name, array in arrays.items():
        assert (saved.arrays[name].dtype, saved.arrays[name].shape) == (array.dtype, array.shape)
        np.testing.assert_array_equal(saved.arrays[name], array)


def test_an_epoch_may_go_over_the_rows_several_times_in_several_orders():
    class Order(Walk):
        def __init__(self):
            super().__init__()
            self.steps = []

        def step(self, rows, update):
            self.steps.append((update, *rows.tolist()))
            return {f"pass {update % 3}": float(len(rows))}

    order = Order()
    result = run_epochs(order, 4, LoopSettings(2, 4, 0, passes=3), listener=Listener())
    assert [update for update, *_ in order.steps] == list(range(6))
    assert all(sorted(rows) == [0, 1, 2, 3] for _, *rows in order.steps)
    assert len({tuple(rows) for _, *rows in order.steps}) > 3
    assert [row["pass 2"] for row in result.curves] == [4.0, 4.0]


def test_what_is_measured_beside_the_loss_is_in_the_curves():
    result = run_epochs(Walk(), 4, LoopSettings(2, 4, 0), listener=Listener(), measure=lambda: {"coverage": 0.5})
    assert [row["coverage"] for row in result.curves] == [0.5, 0.5]


def test_checkpoints_may_be_told_to_cost_no_more_than_a_share_of_the_time(tmp_path):
    class Counting(CheckpointFile):
        def save(self, arrays, head):
            saved.append(head["best_epoch"])
            super().save(arrays, head)

    saved = []
    run_epochs(Walk(), 10, LoopSettings(50, 3, 1, checkpoint_share=1e-9), listener=Listener(), checkpoint=Counting(tmp_path / "c"))
    assert len(saved) == 1


class Breaks(Walk):
    """Its loss is not a number from update `at` on."""

    def __init__(self, at):
        super().__init__()
        self.at = at

    def step(self, rows, update):
        return {"loss": float("nan") if update >= self.at else super().step(rows, update)["loss"]}


def test_a_loss_that_is_no_number_ends_the_training_with_the_best_epoch_and_an_alarm():
    told = []

    class Ear(Listener):
        def alarm(self, name, message, epoch):
            told.append((name, epoch))

    values = iter([0.1, 0.3, 0.2, 0.9])
    result = run_epochs(Breaks(at=11), 4, LoopSettings(8, 1, 0), listener=Ear(), validate=lambda: next(values))
    assert (result.best_epoch, len(result.curves)) == (2, 2)
    assert told == [("divergence", 3)]
    assert [alarm["epoch"] for alarm in result.alarms] == [3]


@pytest.mark.parametrize("validate", [None, lambda: 0.5])
def test_with_nothing_to_fall_back_on_it_says_what_to_do(validate):
    at = 0 if validate else 5
    with pytest.raises(InputError, match="no longer a number") as caught:
        run_epochs(Breaks(at), 4, LoopSettings(8, 1, 0), listener=Listener(), validate=validate)
    assert "learning_rate" in caught.value.hint


class Enough(Listener):
    """Has had enough at the n-th time it is asked."""

    def __init__(self, asked):
        self.left = asked

    def enough(self):
        self.left -= 1
        return self.left < 0


def near_zero(walk):
    return lambda: -abs(float(walk.value[0]))


def test_who_has_had_enough_gets_the_best_epoch_so_far_at_once(tmp_path):
    walk, whole, file = Walk(), Walk(), CheckpointFile(tmp_path / "state")
    ended = run_epochs(walk, 10, SETTINGS, listener=Enough(6), validate=near_zero(walk), checkpoint=file)  # within the third epoch
    undisturbed = run_epochs(whole, 10, LoopSettings(epochs=2, batch_size=3, seed=1), listener=Listener(), validate=near_zero(whole))
    assert [row["loss"] for row in ended.curves] == [row["loss"] for row in undisturbed.curves]
    assert walk.value == whole.value
    again = Walk()
    taken_up = run_epochs(
        again, 10, LoopSettings(epochs=2, batch_size=3, seed=1), listener=Listener(), validate=near_zero(again), checkpoint=file
    )
    assert (taken_up.best_epoch, again.value) == (ended.best_epoch, walk.value)


def test_a_training_that_ended_within_an_epoch_goes_on_for_nobody(tmp_path):
    walk, longer, fresh, file = Walk(), Walk(), Walk(), CheckpointFile(tmp_path / "state")
    run_epochs(walk, 10, SETTINGS, listener=Enough(6), validate=near_zero(walk), checkpoint=file)
    run_epochs(longer, 10, SETTINGS, listener=Listener(), validate=near_zero(longer), checkpoint=file)
    run_epochs(fresh, 10, SETTINGS, listener=Listener(), validate=near_zero(fresh))
    assert longer.value == fresh.value


def test_nobody_is_asked_before_there_is_an_epoch_to_hand_over():
    walk = Walk()
    assert len(run_epochs(walk, 10, SETTINGS, listener=Enough(0), validate=near_zero(walk)).curves) == 1
