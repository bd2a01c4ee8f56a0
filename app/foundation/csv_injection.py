"""Cells for people's spreadsheets (pure)."""

import re

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

_RUNS = f"(?='*[{re.escape(''.join(FORMULA_STARTS))}])"  # behind apostrophes too, so that ours can be told
_BEGINS = re.compile(rf"(?:\A|(?<=[;\t])){_RUNS}")
_NEUTRAL = re.compile(rf"(?:\A|(?<=[;\t]))'{_RUNS}")


def neutralise(cell: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet would run it as a formula.

    Also after a semicolon or tab within it, where spreadsheets of some countries begin a new cell.

    >>> neutralise("=1+1")
    "'=1+1"
    >>> neutralise("1 = 1")
    '1 = 1'
    """
    return _BEGINS.sub(r"'\g<0>", cell)


def restore(cell: str) -> str:
    """The text that ``neutralise`` made the cell of.

    >>> restore("'=1+1")
    '=1+1'
    """
    return _NEUTRAL.sub("", cell)
