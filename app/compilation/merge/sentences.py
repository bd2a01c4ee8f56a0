"""Where the sentences and list items of a text begin, in any script (pure).

A full stop ends a sentence only where nothing speaks against it: numbers, initials, abbreviations and a small
letter behind it do. Two sentences taken for one are only decided together; one taken for two could be mixed.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import compress, pairwise

import regex

Span = tuple[int, int]

_SOLID = frozenset("。！？；｡．।॥။។")  #: end sentences without a blank behind them
_ITEMS = frozenset(";؛")
_ENDS = _SOLID | _ITEMS | frozenset(".!?…؟۔։።")
_CLOSING = frozenset(")]}\"'”’»›」』）】》〉")
CLOSES = _ENDS | _CLOSING  #: signs that belong to the sentence they stand behind

#: End no sentence with their point, whatever follows. Single letters never do.
_SHORTENED = regex.compile(
    r"""(?xi)
    al|alin|approx|arr|art|arts|cap|cf|ch|chap|cit|col|dr|ed|eds|fig|figs|gen|inc|
    ltd|mr|mrs|ms|no|nos|nr|núm|op|pag|par|para|paras|parr|pp|pt|pts|pág|págs|ref|
    reg|regs|sec|secs|sect|sr|sra|st|ste|subpara|subparas|tab|vgl|vol|vols|vs|абз|гл|
    гр|др|ед|им|кн|обл|подп|пп|пр|проф|рис|см|соч|ср|ст|стр|табл|тел|тыс|чл
    """
)
_NUMBERING = regex.compile(r"\p{N}[\p{N}.]*|\p{L}|[ivxlcIVXLC]+")
_SHORT_WORD = regex.compile(r"\p{L}{1,4}")


def sentences(tokens: Sequence[str]) -> list[Span]:
    """Where the sentences and list items among the words of a text begin and end.

    Each begins with the blank before it; together they are the text.
    """
    starts = [0]
    last = len(tokens) - 1
    for place in _breaks(tokens, starts):
        if starts[-1] < place < last or (place == last and not tokens[place].isspace()):
            starts.append(place)
    return list(pairwise([*starts, len(tokens)])) if tokens else []


def core(tokens: Sequence[str], span: Span) -> Span:
    """A sentence without the blanks around it."""
    start, end = span
    start += tokens[start].isspace()
    return start, end - (end > start and tokens[end - 1].isspace())


def _breaks(tokens: Sequence[str], starts: Sequence[int]) -> Iterator[int]:
    breaking = {token for token in set(tokens) if token in _ENDS or "\n" in token}
    for place in compress(range(len(tokens)), map(breaking.__contains__, tokens)):
        if tokens[place] in _ENDS:
            behind = place + 1
            while behind < len(tokens) and (
                tokens[behind] in _CLOSING or (tokens[place] in _SOLID and tokens[behind] in _SOLID)
            ):
                behind += 1
            if _ends(tokens, starts[-1], place, behind):
                yield behind
        elif not _wraps(tokens, place):
            yield place


def _ends(tokens: Sequence[str], start: int, place: int, behind: int) -> bool:
    """Whether a sign ends the sentence that began at ``start``; ``behind`` it and what it closes."""
    sign = tokens[place]
    if sign in _SOLID or behind >= len(tokens):
        return True
    if not tokens[behind].isspace():
        return False
    following = tokens[behind + 1] if behind + 1 < len(tokens) else ""
    if sign in _ITEMS or (behind > place + 1 and "\n" in tokens[behind]):
        return True
    if following[:1].islower():
        return False
    return sign != "." or not _is_shortened(tokens, start, place, following)


def _is_shortened(tokens: Sequence[str], start: int, place: int, following: str) -> bool:
    """Whether the point at ``place`` belongs to a number, an initial or an abbreviation."""
    before = tokens[place - 1] if place else ""
    begins = start + (tokens[start].isspace())
    if begins + (tokens[begins] == "(") == place - 1 and _NUMBERING.fullmatch(before):
        return True
    if _is_abbreviation(before):
        return True
    return following[:1].isdecimal() and _SHORT_WORD.fullmatch(before) is not None


@lru_cache(maxsize=2**12)
def _is_abbreviation(word: str) -> bool:
    is_initial = len(word) == 1 and word.lower() != word.upper()
    return is_initial or "." in word.strip("0123456789") or _SHORTENED.fullmatch(word) is not None


def _wraps(tokens: Sequence[str], place: int) -> bool:
    """Whether a line only ends because it is full: between a word and one with a small letter."""
    if not 0 < place < len(tokens) - 1 or tokens[place].count("\n") > 1:
        return False
    return tokens[place - 1][-1].isalnum() and tokens[place + 1][:1].islower()
