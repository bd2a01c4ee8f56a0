"""Edits that turn one text into another, on words, sentence by sentence (pure)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from app.compilation.merge.alignment import Block, aligned
from app.compilation.merge.pairing import kin
from app.compilation.merge.passage import WORD, Passage
from app.compilation.merge.sentences import CLOSES, Span

_SEPARATORS = frozenset(",;，；、،؛")

#: The share of the shorter of two sentences that stays where one edits the other; less is a rewriting.
STAYS = 1 / 3

#: How often what stays between two edits must go into the lesser of them to be no more than chance.
OUTWEIGHED = 2


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """The base's words ``start`` to ``end`` become ``text``; start = end is an insertion."""

    start: int
    end: int
    text: str


class _Gap(NamedTuple):
    """Words ``start`` to ``end`` of the base for which ``first`` to ``last`` of the new text stand."""

    start: int
    end: int
    first: int
    last: int

    def with_next(self, other: "_Gap") -> "_Gap":
        return _Gap(self.start, other.end, self.first, other.last)


def edits(base: Passage, text: str) -> list[Edit]:
    """The edits that turn ``base`` into ``text``, in order, none overlapping the next.

    Sentences are compared first, and words only within a sentence and what became of it. Where little of it
    stayed, the sentence is one edit; and where only a word or two stayed by chance between edits, they are
    one. Words that stay between two edits in a sentence are never blanks alone.

    Where the same insertion or deletion could stand at several places, as in "a b c" → "a c", it takes the
    comma or else the blank before its words ("a[ b] c", "a[, b], c"), not the one behind. So neighbours that
    are struck by different people do not overlap, and what remains has neither doubled nor missing blanks.
    Of words that are repeated it is the last: who strikes one of them strikes the same as everybody.
    """
    new = Passage(text, like=base)
    found: list[Edit] = []
    i = j = 0
    for olds, news in kin(base, new):
        (start, end), (first, last) = _span(base, olds), _span(new, news)
        found = _with(found, _between(base, new, _Gap(i, start, j, first)))
        inside = _inside(base, new, _Gap(start, end, first, last))
        found = _with(found, inside) if _is_one(found, inside) else found + inside
        i, j = end, last
    return _with(found, _between(base, new, _Gap(i, len(base.tokens), j, len(new.tokens))))


def _span(text: Passage, places: range) -> Span:
    """Where neighbouring sentences stand, without the blanks around them."""
    return text.cores[places[0]][0], text.cores[places[-1]][1]


def _is_one(found: Sequence[Edit], inside: Sequence[Edit]) -> bool:
    """Whether what becomes of a sentence begins where something is put before it, or with a sign that would
    close the sentence before, were it still there."""
    if not found or not inside:
        return False
    return found[-1].start == inside[0].end or inside[0].text[:1] in CLOSES


def _with(found: list[Edit], more: list[Edit]) -> list[Edit]:
    """The edits and those behind them; the first of these joins the last of those if they touch."""
    if found and more and found[-1].end == more[0].start:
        return [*found[:-1], _joined(found[-1], "", more[0]), *more[1:]]
    return found + more


def _between(base: Passage, new: Passage, gap: _Gap) -> list[Edit]:
    """What became of sentences that are in one text alone; the blanks on both sides stay if they can."""
    old, text = base.tokens[gap.start : gap.end], new.tokens[gap.first : gap.last]
    if old == text:
        return []
    start, end = gap.start, gap.end
    if old and text and old[-1] == text[-1] and text[-1].isspace():
        end, old, text = end - 1, old[:-1], text[:-1]
    if old and text and old[0] == text[0] and text[0].isspace():
        start, text = start + 1, text[1:]
    return [Edit(start, end, "".join(text))]


def _inside(base: Passage, new: Passage, sentence: _Gap) -> list[Edit]:
    """What became of a sentence: edits of its words, or one edit of it all if little of it stayed."""
    old = base.tokens[sentence.start : sentence.end]
    text = new.tokens[sentence.first : sentence.last]
    if old == text:
        return []
    gaps = list(_gaps(sentence, aligned(old, text)))
    if _is_rewritten(base, new, sentence, gaps) or _is_rewritten(
        base, new, sentence, gaps := _by_chance(base, new, gaps)
    ):
        return [Edit(sentence.start, sentence.end, "".join(text))]
    return _placed(base.tokens, new.tokens, gaps, (sentence.start, sentence.end))


def _is_rewritten(base: Passage, new: Passage, sentence: _Gap, gaps: Sequence[_Gap]) -> bool:
    """Whether little of a sentence stays between the gaps."""
    said = base.said(sentence.start, sentence.end)
    stays = said - sum(base.said(gap.start, gap.end) for gap in gaps)
    return stays < STAYS * min(said, new.said(sentence.first, sentence.last))


def _gaps(sentence: _Gap, shared: Sequence[Block]) -> Iterator[_Gap]:
    """The stretches of a sentence and what became of it between the words both share."""
    start, first = sentence.start, sentence.first
    i = j = 0
    for x, y, size in [*shared, (sentence.end - start, sentence.last - first, 0)]:
        if x > i or y > j:
            yield _Gap(start + i, start + x, first + j, first + y)
        i, j = x + size, y + size


def _by_chance(base: Passage, new: Passage, gaps: Sequence[_Gap]) -> list[_Gap]:
    """The gaps; neighbours are one where what stays between says little, or far less than what changes."""
    found: list[_Gap] = []
    for gap in gaps:
        found.append(gap)
        while len(found) > 1 and _is_chance(base, new, found[-2], found[-1]):
            last = found.pop()
            found[-1] = found[-1].with_next(last)
    return found


def _is_chance(base: Passage, new: Passage, one: _Gap, other: _Gap) -> bool:
    stays = base.said(one.end, other.start)
    return stays < WORD or OUTWEIGHED * stays <= min(_size(base, new, one), _size(base, new, other))


def _size(base: Passage, new: Passage, gap: _Gap) -> int:
    return max(base.said(gap.start, gap.end), new.said(gap.first, gap.last))


def _placed(base: Sequence[str], new: Sequence[str], gaps: Sequence[_Gap], within: Span) -> list[Edit]:
    """The gaps of one sentence as edits, each at the place it takes of several."""
    found: list[Edit] = []
    for number, gap in enumerate(gaps, 1):
        floor = found[-1].end if found else within[0]
        limit = _last_word(base, gaps[number].start) if number < len(gaps) else within[1]
        on = _steps_on(base, new, gap, limit)
        start, end, first, last = gap.start + on, gap.end + on, gap.first + on, gap.last + on
        back = 0
        if first == last:
            back = _steps_back(base, start, base[start:end], floor)
        elif start == end:
            back = _steps_back(base, start, new[first:last], floor)
        start, end, added = start - back, end - back, "".join(new[first - back : last - back])
        between = "".join(base[floor:start])
        edit = Edit(start, end, added)
        found.append(edit if not found or between.strip() else _joined(found.pop(), between, edit))
    return found


def _joined(one: Edit, between: str, other: Edit) -> Edit:
    return Edit(one.start, other.end, one.text + between + other.text)


def _last_word(base: Sequence[str], place: int) -> int:
    """Where the last word before a place stands; it stays between two edits."""
    while place > 0 and base[place - 1].isspace():
        place -= 1
    return max(place - 1, 0)


def _steps_on(base: Sequence[str], new: Sequence[str], gap: _Gap, limit: int) -> int:
    """How many words, up to ``limit``, an insertion or deletion can go on and mean the same."""
    if gap.start < gap.end and gap.first < gap.last:
        return 0
    steps = 0
    while gap.end + steps < limit and base[gap.end + steps] == (
        base[gap.start + steps] if gap.start < gap.end else new[gap.first + steps]
    ):
        steps += 1
    return steps


def _steps_back(base: Sequence[str], start: int, moved: Sequence[str], floor: int) -> int:
    """How many words an insertion or deletion of ``moved`` goes back to begin with its comma or blank."""
    best, rank = 0, _rank(moved[0])
    for steps in range(1, min(len(moved), start - floor + 1)):
        word = moved[-steps]
        if base[start - steps] != word:
            break
        if _rank(word) > rank:
            best, rank = steps, _rank(word)
    return best


def _rank(word: str) -> int:
    return 2 if word in _SEPARATORS else 1 if word.isspace() else 0


def apply(base: Sequence[str], changes: Sequence[Edit], start: int, end: int) -> str:
    """The base's words ``start`` to ``end`` after the edits that lie within."""
    parts, place = [], start
    for edit in sorted(changes):
        parts += [*base[place : edit.start], edit.text]
        place = edit.end
    return "".join([*parts, *base[place:end]])
