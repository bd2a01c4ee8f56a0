"""The laws hold for every file of the application, and each law is shown to notice a breach."""

import ast
from collections import Counter

import pytest

from tests.house.laws import LAWS, LONGEST_FILE, LONGEST_FUNCTION, ROOT, Law, Source

SOURCES = [
    Source(path.relative_to(ROOT).as_posix(), path.read_text())
    for path in [*sorted((ROOT / "app").rglob("*.py")), ROOT / "config.py"]
]

BREACHES = {
    "a_norm_is_held_before_a_permission_on_it_is_asked": (
        "app/norms/service.py",
        "def f():\n    require(actor, Permission.COMMENT, norm.matter(now))\n    lock(session, norm)\n",
        2,
    ),
    "no_relative_imports": ("app/norms/rules.py", "from .models import Norm\n", 1),
    "no_imports_inside_functions": ("app/norms/rules.py", "def f():\n    import json\n    return json\n", 2),
    "files_say_whether_they_speak_sql": (
        "app/norms/stages.py",
        '"""Stages (pure)."""\n\nfrom sqlalchemy.orm import Session\n',
        3,
    ),
    "large_libraries_are_taken_from_one_place": (
        "app/norms/rules.py",
        "from numpy.typing import NDArray\n",
        1,
    ),
    "pages_and_the_api_ask_through_queries": ("app/web/my/views.py", "import sqlalchemy as sa\n", 1),
    "names_say_something": ("app/norms/rules.py", "class DraftManager:\n    pass\n", 1),
    "names_are_given_once": ("app/norms/stages.py", "A = {1}\n\nA: set[int] = {2}\n", 3),
    "files_are_short": ("app/norms/rules.py", "a = 1\n" * (LONGEST_FILE + 1), LONGEST_FILE + 1),
    "functions_fit_a_screen": ("app/norms/rules.py", "def f():\n" + "    a = 1\n" * LONGEST_FUNCTION, 1),
    "verbs_do_not_commit": ("app/norms/service.py", "def f(session):\n    session.commit()\n", 2),
    "only_the_roof_asks_the_time": ("app/norms/service.py", "def f():\n    return dt.datetime.now()\n", 2),
    "rows_are_held_in_one_way": (
        "app/norms/service.py",
        "def f(session, row):\n    session.refresh(row, with_for_update=True)\n",
        2,
    ),
    "words_are_cleaned_by_fields_alone": ("app/norms/service.py", "def f(x):\n    check_clean(x)\n", 2),
    "nothing_is_left_for_later": ("app/norms/service.py", "def f():\n    raise NotImplementedError\n", 2),
}


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_every_file_keeps_the_law(law: Law) -> None:
    breaches = [f"{source.path}:{line}" for source in SOURCES for line in law(source)]
    assert breaches == []


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_the_law_notices_a_breach(law: Law) -> None:
    path, text, line = BREACHES[law.__name__]
    assert law(Source(path, text)) == [line]


def test_a_file_named_as_saying_nothing_is_noticed() -> None:
    (law,) = [law for law in LAWS if law.__name__ == "names_say_something"]
    assert law(Source("app/norms/utils.py", "")) == [1]


def test_a_command_may_speak_sql_and_ask_the_time() -> None:
    roof = Source("app/cli/audit.py", "import sqlalchemy\nmoment = utc_now()\n")
    assert [line for law in LAWS for line in law(roof)] == []


def test_the_name_of_a_class_is_given_once_in_the_whole_application() -> None:
    named = Counter(
        node.name for source in SOURCES for node in source.tree.body if isinstance(node, ast.ClassDef)
    )
    assert [name for name, count in named.items() if count > 1] == []
