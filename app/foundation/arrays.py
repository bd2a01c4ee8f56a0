"""Names for arrays of numbers (pure)."""

from typing import Any, TypeAlias

from app.foundation.libraries import np, npt

Floats: TypeAlias = "npt.NDArray[np.float64]"
Ints: TypeAlias = "npt.NDArray[np.int64]"
Bools: TypeAlias = "npt.NDArray[np.bool_]"
#: Whole numbers, as integers or, where sums are to be fast, as fractions.
Counts: TypeAlias = "npt.NDArray[Any]"
