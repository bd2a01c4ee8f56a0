"""A text with its sentences and with how much each of its words says (pure).

What a word says is judged by its form and the text, not by a list for each language: short words and short
ones that come again and again hold a sentence together, long and rare ones carry its meaning.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import accumulate, pairwise

import regex

from app.compilation.merge.sentences import core, sentences
from app.foundation.text import SOLID, words

#: What one word says that carries meaning; a character of a script without blanks, and a word of chance.
WORD, CHARACTER, CHANCE = 4, 2, 1

LONGEST_CHANCE, LONGEST_FREQUENT = 3, 6  #: letters of words that say nothing: always, and if frequent
FREQUENT = 3  #: occurrences, and no fewer than every
RARITY = 40  #: fortieth word

_IS_SOLID = regex.compile(rf"[{SOLID}]")


class Passage:
    """A text; ``like``: the one it was made of, which tells what words are frequent.

    ``cores`` are its sentences without the blanks around them; ``weights``, what each of its words says.
    """

    def __init__(self, text: str, like: "Passage | None" = None) -> None:
        self.tokens = words(text)
        self.cores = [core(self.tokens, span) for span in sentences(self.tokens)]
        self.chance: frozenset[str] = _frequent(self.tokens) if like is None else like.chance
        forms = {token: _weight(token) for token in set(self.tokens)}
        says = forms | dict.fromkeys(self.chance & forms.keys(), CHANCE)
        self.weights = list(map(says.__getitem__, self.tokens))
        self._telling = {token for token, weight in says.items() if weight > CHANCE}
        self._solid = {token for token, weight in forms.items() if weight == CHARACTER}
        self._said = list(accumulate(self.weights, initial=0))
        self._features: dict[int, frozenset[str]] = {}

    def said(self, start: int, end: int) -> int:
        """What the words from ``start`` to ``end`` say."""
        return self._said[end] - self._said[start]

    def text(self, start: int, end: int) -> str:
        return "".join(self.tokens[start:end])

    @cached_property
    def where(self) -> Mapping[str, Sequence[int]]:
        """A word by which sentences are known again → the places of these sentences."""
        found: dict[str, list[int]] = defaultdict(list)
        for place in range(len(self.cores)):
            for word in self.features(place):
                found[word].append(place)
        return dict(found)

    def features(self, place: int) -> frozenset[str]:
        """The words by which a sentence is known again, without regard to case; solid scripts in pairs."""
        if place not in self._features:
            tokens = self.tokens[slice(*self.cores[place])]
            known = set(tokens)
            telling = known & self._telling or known
            self._features[place] = (
                self._in_pairs(tokens, telling) if self._solid else frozenset(map(str.lower, telling))
            )
        return self._features[place]

    def _in_pairs(self, tokens: Sequence[str], telling: set[str]) -> frozenset[str]:
        letters = telling & self._solid
        solid = [token for token in tokens if token in letters]
        pairs = [one + other for one, other in pairwise(solid)] or solid
        return frozenset([*map(str.lower, telling - self._solid), *pairs])


def _frequent(tokens: Sequence[str]) -> frozenset[str]:
    counted = Counter(tokens)
    least = max(FREQUENT, sum(map(str.isalnum, tokens)) // RARITY)
    return frozenset(
        token
        for token, number in counted.items()
        if number >= least and len(token) <= LONGEST_FREQUENT and _weight(token)
    )


@lru_cache(maxsize=2**14)
def _weight(token: str) -> int:
    """What a word says by its form alone: acronyms and numbers are short and say much."""
    if _IS_SOLID.match(token):
        return CHARACTER
    letters = sum(map(str.isalnum, token))
    is_telling = (
        letters > LONGEST_CHANCE or any(map(str.isdecimal, token)) or (letters > 1 and token.isupper())
    )
    return WORD if is_telling else CHANCE if letters else 0
