"""Input of a closing assessment, kept compactly and permanently (pure)."""

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from functools import cached_property

from app.consensus.input import AssessmentInput
from app.consensus.matrix import PositionMatrix
from app.foundation.canonical import canonical
from app.foundation.libraries import np

START, CODE = "<i8", "<u4"


@dataclass(frozen=True)
class FrozenStakeholder:
    """Who a stakeholder was at the closing. ``name``: in files; none where it was refused."""

    name: str
    category: str
    country: str | None
    verified: bool
    refused: bool


@dataclass(frozen=True)
class Roll:
    """Who and what was counted, by the numbers of the database, so that words can be set beside the figures.

    ``stakeholders``: everybody with a position. ``objections``: the state of each. ``set_aside``: decisions
    in force. No person's name is in it.
    """

    stakeholders: Mapping[int, FrozenStakeholder]
    objections: Mapping[int, str]
    set_aside: Sequence[int]

    @property
    def counted(self) -> Mapping[int, FrozenStakeholder]:
        """Those who were not refused."""
        return {number: one for number, one in self.stakeholders.items() if not one.refused}


@dataclass(frozen=True)
class Closing:
    """The input of a closing assessment, and its roll."""

    data: AssessmentInput
    roll: Roll

    @cached_property
    def content(self) -> bytes:
        """Everything but the positions: canonical JSON, compressed."""
        people = [[number, *astuple(one)] for number, one in sorted(self.roll.stakeholders.items())]
        found = {
            "input": self.data.to_json(),
            "stakeholders": people,
            "objections": sorted(self.roll.objections.items()),
            "set_aside": sorted(self.roll.set_aside),
        }
        return zlib.compress(canonical(found))

    @cached_property
    def positions(self) -> bytes:
        """Where each row begins, 64-bit, then the codes, 32-bit; little-endian, compressed."""
        matrix = self.data.positions
        return zlib.compress(matrix.starts.astype(START).tobytes() + matrix.codes.astype(CODE).tobytes())

    @classmethod
    def read(cls, content: bytes, positions: bytes) -> "Closing":
        """:raises ValueError: the positions are not those of the content, or one of both is damaged."""
        found = json.loads(_plain(content))
        people, clauses = len(found["input"]["people"]), len(found["input"]["provisions"])
        numbers = _plain(positions)
        starts = np.frombuffer(numbers, START, people + 1).astype(np.int64)
        codes = np.frombuffer(numbers, CODE, offset=starts.nbytes)
        matrix = PositionMatrix(starts, codes.astype(np.min_scalar_type(max(1, 4 * clauses))), clauses)
        stakeholders = {number: FrozenStakeholder(*values) for number, *values in found["stakeholders"]}
        roll = Roll(stakeholders, dict(found["objections"]), found["set_aside"])
        return cls(AssessmentInput.from_json(found["input"], matrix), roll)


def _plain(body: bytes) -> bytes:
    try:
        return zlib.decompress(body)
    except zlib.error as error:
        raise ValueError(str(error)) from error
