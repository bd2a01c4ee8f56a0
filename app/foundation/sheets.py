"""Cells for people's spreadsheets (pure)."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def neutralise(cell: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet would run it as a formula.

    >>> neutralise("=1+1")
    "'=1+1"
    >>> neutralise("1 = 1")
    '1 = 1'
    """
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell


def restore(cell: str) -> str:
    """The text that ``neutralise`` made the cell of.

    >>> restore("'=1+1")
    '=1+1'
    """
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA_STARTS) else cell
