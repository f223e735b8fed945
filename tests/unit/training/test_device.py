"""Where and in which precision a network is trained."""

import pytest
import torch

from recsys_core.training.device_torch import WORTH_CONVERTING, half_precision, keep_freed_memory, prepare

pytestmark = pytest.mark.unit

CPU = torch.device("cpu")


def test_a_word_decides_the_precision_and_auto_goes_by_the_machine(monkeypatch):
    assert half_precision("bfloat16", CPU, 1)
    assert not half_precision("float32", CPU, 10**9)
    for able in (True, False):
        monkeypatch.setattr(torch.cpu, "get_capabilities", lambda able=able: {"amx_bf16": able})
        assert half_precision("auto", CPU, WORTH_CONVERTING) is able
        assert not half_precision("auto", CPU, WORTH_CONVERTING - 1)


def test_without_a_gpu_training_is_on_the_cpu_with_the_threads_asked_for(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    before = torch.get_num_threads()
    try:
        assert prepare(1) == CPU
        assert torch.get_num_threads() == 1
        assert torch.are_deterministic_algorithms_enabled()
    finally:
        torch.set_num_threads(before)


def test_memory_is_kept_on_linux_and_nothing_happens_elsewhere(monkeypatch):
    monkeypatch.setattr("sys.platform", "win32")
    assert not keep_freed_memory()
