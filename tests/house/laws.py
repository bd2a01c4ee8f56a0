"""The house's laws about source files. Each takes one file and answers with what breaks the law, by line."""

import ast
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from app.foundation import libraries
from app.foundation.libraries import LateLibrary

ROOT = Path(__file__).parent.parent.parent
ROOF = (
    "app/__init__.py",
    *(f"app/{room}/" for room in ("web", "api", "cli", "worker", "demo", "mail", "kernel")),
)
PAGES_AND_API = ("app/web/", "app/api/", "app/kernel/")
PURE, WITHOUT_DATABASE = "(pure", "(no database"
NAMES_THAT_SAY_NOTHING = {"util", "utils", "helper", "helpers", "manager", "managers", "misc"}
FILES_THAT_SAY_NOTHING = NAMES_THAT_SAY_NOTHING | {"common"}  # a common password is a fair name in a file
LONGEST_FILE = 400
LONGEST_FUNCTION = 60
CLOCKS = {"now", "utcnow", "today", "utc_now", "localtime", "gmtime", "time"}
MAY_READ_THE_CLOCK = "app/foundation/clock.py"
MAY_CLEAN = "app/foundation/text.py"
READERS = ("app/norms/readers/", "app/importing/")
MAY_COMMIT = "app/foundation/database.py"
MAY_LOCK = "app/foundation/locking.py"
MAY_IMPORT_LARGE = "app/foundation/libraries.py"
LARGE_LIBRARIES = {
    one.__name__.partition(".")[0] for one in vars(libraries).values() if isinstance(one, LateLibrary)
}
READS = {"READ_NORM", "READ_WORK", "TRY_RULES"}  #: permissions by which nothing is done to a norm


@dataclass(frozen=True)
class Source:
    """One Python file: its path from the top of the project, and its text."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.path)

    @property
    def below_the_roof(self) -> bool:
        return self.path.startswith("app/") and not self.path.startswith(ROOF)

    @property
    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node

    @property
    def imports(self) -> Iterator[tuple[ast.Import | ast.ImportFrom, str]]:
        """Each import statement with each module it names."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield node, alias.name
            elif isinstance(node, ast.ImportFrom):
                yield node, node.module or ""

    @property
    def calls(self) -> Iterator[tuple[ast.Call, str]]:
        """Each call with the last part of the called name."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield node, ast.unparse(node.func).rpartition(".")[2]


Law = Callable[[Source], list[int]]


def no_relative_imports(source: Source) -> list[int]:
    return [node.lineno for node, _ in source.imports if isinstance(node, ast.ImportFrom) and node.level]


def no_imports_inside_functions(source: Source) -> list[int]:
    """But for a heavy optional dependency, where a comment on the line says why."""
    lines = source.text.splitlines()
    inside = {
        node.lineno
        for function in source.functions
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    return sorted(line for line in inside if "#" not in lines[line - 1])


def files_say_whether_they_speak_sql(source: Source) -> list[int]:
    """A file below the roof speaks SQL, or says in its first words that it is pure, or needs no database."""
    if not source.below_the_roof or source.path.endswith("__init__.py"):
        return []
    speaks = [node.lineno for node, module in source.imports if module.split(".")[0] == "sqlalchemy"]
    said = (ast.get_docstring(source.tree) or "").partition("\n\n")[0].replace("\n", " ")
    is_marked = PURE in said or WITHOUT_DATABASE in said
    return speaks if is_marked else [] if speaks else [1]


def large_libraries_are_taken_from_one_place(source: Source) -> list[int]:
    if source.path == MAY_IMPORT_LARGE:
        return []
    return [node.lineno for node, name in source.imports if name.partition(".")[0] in LARGE_LIBRARIES]


def pages_and_the_api_ask_through_queries(source: Source) -> list[int]:
    """They may name the type of a session and its errors; SQL is written in the packages."""
    if not source.path.startswith(PAGES_AND_API):
        return []
    return [node.lineno for node, module in source.imports if module == "sqlalchemy"]


def names_say_something(source: Source) -> list[int]:
    """Of folders, files, classes and functions; line 1 stands for the path."""
    words_of_path = set(re.split(r"[/._]", source.path))
    found = [1] if words_of_path & FILES_THAT_SAY_NOTHING else []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            words = {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+", node.name)}
            if words & NAMES_THAT_SAY_NOTHING:
                found.append(node.lineno)
    return found


def files_are_short(source: Source) -> list[int]:
    return [LONGEST_FILE + 1] if len(source.text.splitlines()) > LONGEST_FILE else []


def functions_fit_a_screen(source: Source) -> list[int]:
    return [f.lineno for f in source.functions if (f.end_lineno or 0) - f.lineno >= LONGEST_FUNCTION]


def names_are_given_once(source: Source) -> list[int]:
    """Of what a file holds: the second would take the place of the first, also where two people write."""
    seen: set[str] = set()
    found = []
    for node in source.tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names = {node.name}
        else:
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
            names = {one.id for one in targets if isinstance(one, ast.Name)}
        found += [node.lineno] if names & seen else []
        seen |= names
    return found


def verbs_do_not_commit(source: Source) -> list[int]:
    if source.path == MAY_COMMIT or not source.path.startswith("app/"):
        return []
    return [call.lineno for call, name in source.calls if name == "commit"]


def only_the_roof_asks_the_time(source: Source) -> list[int]:
    if not source.below_the_roof or source.path == MAY_READ_THE_CLOCK:
        return []
    return [call.lineno for call, name in source.calls if name in CLOCKS and not call.args]


def rows_are_held_in_one_way(source: Source) -> list[int]:
    """By ``app.foundation.locking``, which reads again what it holds."""
    if source.path == MAY_LOCK:
        return []
    return [node.lineno for node in ast.walk(source.tree) if "with_for_update" in _names_in(node)]


def _names_in(node: ast.AST) -> tuple[str | None, ...]:
    return getattr(node, "attr", None), getattr(node, "arg", None), getattr(node, "id", None)


def nothing_is_left_for_later(source: Source) -> list[int]:
    mark = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|NotImplementedError")
    return [number for number, line in enumerate(source.text.splitlines(), 1) if mark.search(line)]


def words_are_cleaned_by_fields_alone(source: Source) -> list[int]:
    """What people write passes through a TextField; files that are read have readers of their own."""
    if source.path == MAY_CLEAN or source.path.startswith(READERS):
        return []
    return [call.lineno for call, name in source.calls if name == "check_clean"]


def a_norm_is_held_before_a_permission_on_it_is_asked(source: Source) -> list[int]:
    """Below the roof: otherwise a step may be taken between the question and the act."""
    if not source.below_the_roof:
        return []
    found = []
    for function in source.functions:
        calls = sorted(
            (node for node in ast.walk(function) if isinstance(node, ast.Call)), key=lambda node: node.lineno
        )
        names = [ast.unparse(call.func).rpartition(".")[2] for call in calls]
        held_from = min((c.lineno for c in calls if ast.unparse(c.func) == "lock"), default=sys.maxsize)
        for call, name in zip(calls, names, strict=True):
            if name == "require" and ".matter(" in ast.unparse(call) and call.lineno < held_from:
                found += [] if ast.unparse(call.args[1]).rpartition(".")[2] in READS else [call.lineno]
    return found


LAWS: tuple[Law, ...] = (
    a_norm_is_held_before_a_permission_on_it_is_asked,
    no_relative_imports,
    no_imports_inside_functions,
    files_say_whether_they_speak_sql,
    large_libraries_are_taken_from_one_place,
    pages_and_the_api_ask_through_queries,
    names_say_something,
    files_are_short,
    functions_fit_a_screen,
    names_are_given_once,
    verbs_do_not_commit,
    only_the_roof_asks_the_time,
    rows_are_held_in_one_way,
    nothing_is_left_for_later,
    words_are_cleaned_by_fields_alone,
)
