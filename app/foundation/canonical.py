"""Canonical JSON (RFC 8785), so that equal values have equal bytes and equal digests (pure)."""

import hashlib
import math
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from json.encoder import encode_basestring
from typing import Any


def canonical(value: Any) -> bytes:
    """``value`` as canonical JSON: keys by UTF-16 order, numbers as ECMAScript writes them, UTF-8.

    :raises ValueError: NaN, an infinity, or an integer that a double cannot hold exactly.
    :raises TypeError: something that is not JSON.
    """
    return _write(value).encode()


class SettledJson(dict[str, Any]):
    """JSON that does not change any more, with its digest, made where nobody waits for it."""

    def __init__(self, value: Mapping[str, Any]) -> None:
        super().__init__(value)
        self.digest = digest(value)

    def _refuse(self, *_: Any, **__: Any) -> Any:
        raise TypeError("this JSON does not change any more")

    __setitem__ = __delitem__ = __ior__ = clear = pop = popitem = setdefault = update = _refuse


class WrittenJson(dict[str, Any]):
    """A part of JSON that does not change any more; its canonical text is made once, when it is asked for."""

    @cached_property
    def text(self) -> str:
        return _write(dict(self))


def digest(value: Any) -> str:
    """``"sha256:"`` and the hexadecimal SHA-256 of the canonical JSON."""
    if isinstance(value, SettledJson):
        return value.digest
    return "sha256:" + hashlib.sha256(canonical(value)).hexdigest()


def _write(value: Any) -> str:
    if isinstance(value, str):
        return encode_basestring(value)
    if value is None or isinstance(value, bool):
        return "null" if value is None else "true" if value else "false"
    if isinstance(value, int):
        if abs(value) > 2**53:
            raise ValueError(f"{value} is not exact as a double")
        return str(value)
    if isinstance(value, float):
        return _number(float(value))  # numpy's floats are floats, but spell themselves otherwise
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(_writer(value), value)) + "]"
    if isinstance(value, WrittenJson):
        return value.text
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise TypeError("a key of JSON is text")
        in_order = sorted(value, key=None if all(map(str.isascii, value)) else _utf_16)
        return "{" + ",".join(f"{encode_basestring(key)}:{_write(value[key])}" for key in in_order) + "}"
    raise TypeError(f"{type(value).__name__} is not JSON")


def _writer(values: Sequence[Any]) -> Callable[[Any], str]:
    """How all of them are written: long lists of names or of numbers need no look at each."""
    kinds = set(map(type, values))
    if kinds == {str}:
        return encode_basestring
    return str if kinds == {int} and max(map(abs, values)) <= 2**53 else _write


def _utf_16(text: str) -> bytes:
    return text.encode("utf-16-be", "surrogatepass")


def _number(value: float) -> str:
    """ECMA-262's Number::toString: shortest digits, exponents only from 1e21 and below 1e-6."""
    if not math.isfinite(value):
        raise ValueError(f"{value} is not JSON")
    if value == 0:
        return "0"
    mantissa, _, exponent = repr(value).partition("e")
    sign, mantissa = ("-", mantissa[1:]) if mantissa.startswith("-") else ("", mantissa)
    whole, _, fraction = mantissa.partition(".")
    fraction = "" if fraction == "0" else fraction
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0") or "0"
    if 0 < point <= 21:
        body = digits.ljust(point, "0")
        body = body if len(digits) <= point else f"{digits[:point]}.{digits[point:]}"
    elif -6 < point <= 0:
        body = "0." + "0" * -point + digits
    else:
        power = point - 1
        body = (
            digits[0]
            + ("." + digits[1:] if len(digits) > 1 else "")
            + f"e{'+' if power > 0 else '-'}{abs(power)}"
        )
    return sign + body
