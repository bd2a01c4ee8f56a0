"""Every refusal has its own code, words for people and a status."""

import importlib
import pkgutil
import re
from collections import Counter
from collections.abc import Iterator

import app
from app.foundation.errors import AppError

for module in pkgutil.walk_packages(app.__path__, "app."):
    importlib.import_module(module.name)


def family(kind: type[AppError]) -> Iterator[type[AppError]]:
    for child in kind.__subclasses__():
        if child.__module__.startswith("app."):
            yield child
            yield from family(child)


REFUSALS = sorted(set(family(AppError)), key=lambda kind: kind.__qualname__)


def test_every_refusal_states_its_own_code_and_words() -> None:
    assert [kind.__name__ for kind in REFUSALS if not {"code", "message"} <= vars(kind).keys()] == []


def test_no_two_refusals_share_a_code() -> None:
    codes = Counter(kind.code for kind in [AppError, *REFUSALS])
    assert [code for code, count in codes.items() if count > 1] == []


def test_every_refusal_below_the_roof_has_a_status_that_blames_the_request_or_asks_to_wait() -> None:
    below = [kind for kind in REFUSALS if not kind.__module__.startswith(("app.web.", "app.kernel."))]
    assert [kind.__name__ for kind in below if not 400 <= kind.status < 500] == []


def test_every_refusal_is_a_sentence_or_leads_to_one() -> None:
    whole = re.compile(r"[.?:]$|%\(\w+\)s$")
    assert [kind.__name__ for kind in REFUSALS if not whole.search(kind.message)] == []
