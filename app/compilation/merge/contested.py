"""Where several people's edits of a text contend with each other (pure).

Edits of different sentences stand beside each other. Two edits of one sentence do so if enough lies between
them that says something; else they are too close together, for nobody proposed the sentence that both would
make. Contested is then the whole sentence, with every edit of it, and with what belongs to these: sentences
that the same people put or struck beside it, or moved.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from operator import itemgetter

from app.compilation.merge.edits import Edit
from app.compilation.merge.pairing import likeness
from app.compilation.merge.passage import WORD, Passage
from app.compilation.merge.sentences import sentences
from app.foundation.text import words

APART = 2 * WORD  #: lies at least between two edits of one sentence that both stand: two telling words
ALIKE = 0.5  #: sentences added at one place that share so much are wordings of one

NEAR = 64  #: characters at the ends of a text that tell whether it runs together with those beside it
WINDOW = 8  #: words and blanks around a place that tell whether a sentence begins there

Made = Mapping[Edit, Sequence[str]]  #: an edit → who makes it


@dataclass(frozen=True, slots=True)
class Contest:
    """Words of the base, and the edits that contend for them; they lie within."""

    start: int
    end: int
    edits: frozenset[Edit]


def contests(base: Passage, made: Made) -> list[Contest]:
    """What is contested, in order; no two overlap or share an edit."""
    ground = _Ground(base, made)
    found = _united([ground.contest(pair) for pair in ground.contending()])
    while True:
        wider = _united([ground.contest(ground.all_of(one)) for one in found])
        if wider == found:
            return found
        found = wider


def changed_by(base: Passage, edit: Edit) -> range:
    """The sentences of a text that an edit changes; none if it only puts whole ones beside them.

    Among them are those beside it that no longer end or begin where they did.
    """
    first = bisect_right(base.cores, edit.start, key=itemgetter(1))
    last = bisect_left(base.cores, edit.end, key=itemgetter(0))
    ahead = max(edit.start - base.cores[first][0], 0) if first < last else 0
    behind = max(base.cores[last - 1][1] - edit.end, 0) if first < last else 0
    is_at_start = first > 0 and _says_nothing(base, edit.start - ahead, edit.start)
    is_at_end = last < len(base.cores) and _says_nothing(base, edit.end, edit.end + behind)
    if not is_at_start and not is_at_end:
        return range(first, last)
    before = base.tokens[max(0, edit.start - WINDOW) : edit.start]
    put = words(edit.text if len(edit.text) <= 2 * NEAR else edit.text[:NEAR] + edit.text[-NEAR:])
    window = [*before, *put, *base.tokens[edit.end : edit.end + WINDOW]]
    begin = {start for start, _ in sentences(window)} | {len(window)}
    return range(
        first - (is_at_start and not _begins(begin, window, len(before) - ahead)),
        last + (is_at_end and not _begins(begin, window, len(before) + len(put) + behind)),
    )


def _says_nothing(base: Passage, start: int, end: int) -> bool:
    """Whether there are only a few signs, such as a bracket that closes behind a full stop."""
    return end - start < WINDOW and base.said(start, end) == 0


def _united(found: Iterable[Contest]) -> list[Contest]:
    """Those that overlap or share an edit as one."""
    united: list[Contest] = []
    for one in sorted(found, key=lambda contest: (contest.start, contest.end, sorted(contest.edits))):
        while united and (one.start < united[-1].end or not one.edits.isdisjoint(united[-1].edits)):
            last = united.pop()
            one = Contest(min(last.start, one.start), max(last.end, one.end), last.edits | one.edits)
        united.append(one)
    return united


class _Ground:
    """A text, the edits made of it, and which of its sentences each of them changes."""

    def __init__(self, base: Passage, made: Made) -> None:
        self.base, self.made, self.edits = base, made, sorted(made)
        self.changed = {edit: changed_by(base, edit) for edit in self.edits}
        self.told: dict[Edit, Sequence[frozenset[str]]] = {}
        stays = list(base.weights)
        for edit in self.edits:
            stays[edit.start : edit.end] = [0] * (edit.end - edit.start)
        self.stays = list(accumulate(stays, initial=0))
        self.by_sentence: dict[int, list[Edit]] = defaultdict(list)
        self.by_place: dict[int, list[Edit]] = defaultdict(list)
        for edit in self.edits:
            for place in {edit.start, edit.end}:
                self.by_place[place].append(edit)
            for sentence in self.changed[edit]:
                self.by_sentence[sentence].append(edit)

    def contest(self, edits: Iterable[Edit]) -> Contest:
        """Edits with the whole sentences that they change."""
        together = frozenset(edits)
        spans = [(edit.start, edit.end) for edit in together]
        spans += [self.base.cores[place] for edit in together for place in self._outer(edit)]
        return Contest(min(start for start, _ in spans), max(end for _, end in spans), together)

    def contending(self) -> Iterator[tuple[Edit, ...]]:
        """Edits that cannot all stand: each with the first such behind it, and moves to several places."""
        for place, one in enumerate(self.edits):
            end = self.contest([one]).end
            for other in self.edits[place + 1 :]:
                if other.start > end:
                    break
                if self._contend(one, other):
                    yield one, other
                    break
        for one, moves in self.moved.items():
            places = {moves.get(source, one) for source in self.made[one]}
            if len(places) > 1:
                yield one, *places

    def all_of(self, contest: Contest) -> set[Edit]:
        """The edits of a contest, those that change the same sentences, and what belongs to them."""
        first = bisect_right(self.base.cores, contest.start, key=itemgetter(1))
        last = bisect_left(self.base.cores, contest.end, key=itemgetter(0))
        found = set(contest.edits)
        found.update(edit for sentence in range(first, last) for edit in self.by_sentence.get(sentence, ()))
        found.update(
            edit for place in range(contest.start + 1, contest.end) for edit in self.by_place.get(place, ())
        )
        found.update(self._belonging(contest, found))
        for edit in list(found):
            found.update(self.moved.get(edit, {}).values())
        return found

    def _contend(self, one: Edit, other: Edit) -> bool:
        """Whether nobody makes both, and they overlap, are too close together, or run together."""
        if not set(self.made[one]).isdisjoint(self.made[other]):
            return False
        changed, changes = self.changed[one], self.changed[other]
        if other.start < one.end:
            return True
        if one.start == other.end:
            return bool(changed or changes) or self._are_alike(one, other)
        if changed.start < changes.stop and changes.start < changed.stop:
            return self.stays[other.start] - self.stays[one.end] < APART
        return other.start == one.end and self._run_together(one, other)

    def _are_alike(self, one: Edit, other: Edit) -> bool:
        """Whether a sentence of one addition is a wording of one of the other."""
        return any(likeness(told, said) >= ALIKE for told in self._told(one) for said in self._told(other))

    def _run_together(self, one: Edit, other: Edit) -> bool:
        """Whether neighbouring edits, put between the base's words, would not be cut into the same words."""
        tokens = self.base.tokens
        parts = [tokens[one.start - 1] if one.start else "", one.text[-NEAR:], other.text[:NEAR]]
        parts += tokens[other.end : other.end + 1]
        return words("".join(parts)) != [word for part in parts for word in words(part)]

    def _outer(self, edit: Edit) -> Iterable[int]:
        """The first and the last sentence an edit changes."""
        changed = self.changed[edit]
        return {changed[0], changed[-1]} if changed else ()

    def _beside(self, contest: Contest) -> Iterator[Edit]:
        """The edits that only a blank sets apart from a contest."""
        tokens = self.base.tokens
        places = {contest.start, contest.end}
        if contest.start and tokens[contest.start - 1].isspace():
            places.add(contest.start - 1)
        if contest.end < len(tokens) and tokens[contest.end].isspace():
            places.add(contest.end + 1)
        return (edit for place in places for edit in self.by_place.get(place, ()))

    def _belonging(self, contest: Contest, found: Iterable[Edit]) -> list[Edit]:
        """The edits beside a contest that are part of what a person does in it: put or strike sentences."""
        sources = {source for edit in found for source in self.made[edit]}
        whole = {source for edit in found if self._is_whole(edit) for source in self.made[edit]}
        return [
            edit
            for edit in self._beside(contest)
            if not (sources if self._is_whole(edit) else whole).isdisjoint(self.made[edit])
        ]

    def _is_whole(self, edit: Edit) -> bool:
        """Whether an edit only puts whole sentences, or strikes whole ones."""
        changed = self.changed[edit]
        if not changed:
            return True
        start, end = self.base.cores[changed[0]][0], self.base.cores[changed[-1]][1]
        return not edit.text.strip() and edit.start <= start and end <= edit.end

    @cached_property
    def moved(self) -> Mapping[Edit, Mapping[str, Edit]]:
        """Sentences struck in one place and put in another, both ways: edit → who moves it → the other."""
        found: dict[Edit, dict[str, Edit]] = defaultdict(dict)
        struck: dict[tuple[str, str], Edit] = {}
        whole = [edit for edit in self.edits if self._is_whole(edit)]
        for edit in whole:
            text = self.base.text(edit.start, edit.end).strip()
            struck |= {(source, text): edit for source in self.made[edit] if text and self.changed[edit]}
        for edit in whole:
            for source in self.made[edit]:
                other = struck.get((source, edit.text.strip()))
                if other is not None:
                    found[edit][source], found[other][source] = other, edit
        return found

    def _told(self, edit: Edit) -> Sequence[frozenset[str]]:
        """What each sentence says that an edit adds."""
        if edit not in self.told:
            added = Passage(edit.text, like=self.base)
            self.told[edit] = [added.features(place) for place in range(len(added.cores))]
        return self.told[edit]


def _begins(begin: Container[int], tokens: Sequence[str], place: int) -> bool:
    """Whether a sentence begins at a place, or with the blank before it."""
    return place in begin or (place > 0 and place - 1 in begin and tokens[place - 1].isspace())
