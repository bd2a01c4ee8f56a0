"""How words for people are found in Python code; babel.cfg names it.

Beside ``_``, ``N_``, ``gettext`` and ``ngettext`` it knows that the two words of
``Phrase(N_("one"), …, plural=N_("many"))``, or of any call with such a ``plural``, belong together, so that a
catalogue has all plural forms of its language for them.
"""

import ast
from collections.abc import Collection, Iterator, Mapping
from typing import Any, BinaryIO

Found = tuple[int, str, str | tuple[str, str], list[str]]

MARKS = {"_", "N_", "gettext", "lazy_gettext"}


def words_of(node: ast.AST | None) -> str | None:
    """The words written out in ``"…"`` or in ``N_("…")``."""
    if isinstance(node, ast.Call) and name_of(node) in MARKS and node.args:
        return words_of(node.args[0])
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def name_of(call: ast.Call) -> str:
    return ast.unparse(call.func).rpartition(".")[2]


def pair_of(call: ast.Call) -> tuple[ast.AST, ast.AST] | None:
    """Singular and plural, where the call has both."""
    if name_of(call) == "ngettext":
        return call.args[0], call.args[1]
    plural = next((keyword.value for keyword in call.keywords if keyword.arg == "plural"), None)
    if plural is not None and call.args:
        return call.args[0], plural
    return None


def extract(
    file: BinaryIO, keywords: Collection[str], comment_tags: Collection[str], options: Mapping[str, Any]
) -> Iterator[Found]:
    """Babel's extraction method: line, function, words or a pair of them, comments."""
    within_pairs: set[ast.AST] = set()
    for node in ast.walk(ast.parse(file.read())):  # from the outside in
        if not isinstance(node, ast.Call) or node in within_pairs:
            continue
        pair = pair_of(node)
        if pair is not None:
            singular, plural = map(words_of, pair)
            if singular is not None and plural is not None:
                within_pairs.update(pair)
                yield node.lineno, "ngettext", (singular, plural), []
        elif name_of(node) in MARKS and node.args:
            words = words_of(node.args[0])
            if words is not None:
                yield node.lineno, "gettext", words, []
