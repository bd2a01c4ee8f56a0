"""Fifty pairs of real texts as redlines, for a person to read: [-struck-], {+added+}.

Half are targets of the Sustainable Development Goals and proposals to Madrid as a person changes them, half
are one target in the place of another: a rewriting. docs/decisions/0017 says how they read.

python -m bench.redlines
"""

import random
from collections.abc import Iterator
from itertools import islice

from app.compilation.merge.redline import redline
from bench.real_merges import SEED, changed, texts

LONGEST = 700  #: characters of a text that is read
EACH = 25
SIGNS = {"equal": "{}", "struck": "[-{}-]", "added": "{{+{}+}}"}


def pairs() -> Iterator[tuple[str, str]]:
    chance = random.Random(SEED)
    told = [
        text for name, found in texts() if name.endswith(("proposals", "en", "es", "fr")) for text in found
    ]
    short = [text for text in told if len(text) <= LONGEST]
    chance.shuffle(short)
    yield from islice(((base, changed(chance, base, short[-1])["c1"]) for base in short), EACH)
    targets = [target for text in short for target in text.split("\n") if ";" in target]
    yield from islice(zip(targets[::2], targets[1::2], strict=False), EACH)


def main() -> None:
    for number, (old, new) in enumerate(pairs(), 1):
        print(
            f"{number}. " + "".join(SIGNS[run.kind].format(run.text) for run in redline(old, new)), end="\n\n"
        )


if __name__ == "__main__":
    main()
