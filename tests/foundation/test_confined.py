"""Reading what strangers send costs the server a process at the most."""

import os
import time

import pytest

from app.foundation.confined import TookTooMuch, confined
from app.foundation.errors import AppError, BadInput, Phrase, TooMany
from app.lifecycle.service import StepRefused


def refuse(kind: str) -> None:
    raise {
        "field": BadInput(field="name", longest=3),
        "own": TooMany(seconds=90),
        "details": StepRefused([Phrase("One thing is missing.")]),
    }[kind]


def fail() -> None:
    raise LookupError("not of ours")


def end_at_once() -> None:
    os._exit(3)


def for_ever() -> None:
    while True:
        time.sleep(1)


def test_it_answers_as_the_function_does_and_runs_elsewhere() -> None:
    assert confined(sorted, [3, 1, 2]) == [1, 2, 3]
    assert confined(os.getpid) != os.getpid()


@pytest.mark.parametrize("kind", ["field", "own", "details"])
def test_a_refusal_comes_back_whole(kind: str) -> None:
    with pytest.raises(AppError) as here:
        refuse(kind)
    with pytest.raises(type(here.value)) as there:
        confined(refuse, kind)
    assert there.value.__dict__ == here.value.__dict__
    assert str(there.value) == str(here.value) and there.value.phrase == here.value.phrase
    assert there.value.details == here.value.details


def test_another_error_is_raised_as_it_is() -> None:
    with pytest.raises(LookupError, match="not of ours"):
        confined(fail)


def test_too_much_time_memory_or_a_sudden_end_is_refused() -> None:
    with pytest.raises(TookTooMuch):
        confined(for_ever, seconds=0.2)
    with pytest.raises(TookTooMuch):
        confined(bytearray, 512 * 1024**2, memory=64 * 1024**2)
    assert len(confined(bytes, 1024, memory=64 * 1024**2)) == 1024
    with pytest.raises(TookTooMuch):
        confined(end_at_once)
