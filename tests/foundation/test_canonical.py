"""Canonical JSON against the tables that RFC 8785 prints."""

import struct

import numpy as np
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from app.foundation.canonical import canonical, digest


@pytest.mark.parametrize(
    ("bits", "written"),
    [
        # RFC 8785, appendix B
        ("0000000000000000", "0"),
        ("8000000000000000", "0"),
        ("0000000000000001", "5e-324"),
        ("8000000000000001", "-5e-324"),
        ("7fefffffffffffff", "1.7976931348623157e+308"),
        ("ffefffffffffffff", "-1.7976931348623157e+308"),
        ("4340000000000000", "9007199254740992"),
        ("c340000000000000", "-9007199254740992"),
        ("4430000000000000", "295147905179352830000"),
        ("44b52d02c7e14af5", "9.999999999999997e+22"),
        ("44b52d02c7e14af6", "1e+23"),
        ("44b52d02c7e14af7", "1.0000000000000001e+23"),
        ("444b1ae4d6e2ef4e", "999999999999999700000"),
        ("444b1ae4d6e2ef4f", "999999999999999900000"),
        ("444b1ae4d6e2ef50", "1e+21"),
        ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"),
        ("3eb0c6f7a0b5ed8d", "0.000001"),
        ("41b3de4355555553", "333333333.3333332"),
        ("41b3de4355555554", "333333333.33333325"),
        ("41b3de4355555555", "333333333.3333333"),
        ("41b3de4355555556", "333333333.3333334"),
        ("41b3de4355555557", "333333333.33333343"),
        ("becbf647612f3696", "-0.0000033333333333333333"),
        ("43143ff3c1cb0959", "1424953923781206.2"),
    ],
)
def test_numbers_are_written_as_the_standard_prints_them(bits: str, written: str) -> None:
    (number,) = struct.unpack(">d", bytes.fromhex(bits))
    assert canonical(number).decode() == written


LEAF = st.none() | st.booleans() | st.integers(1 - 2**53, 2**53 - 1) | st.text()
NUMBER = st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(LEAF | NUMBER, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))


@given(JSON)
def test_every_value_has_the_bytes_that_another_hand_gives_it(value: object) -> None:
    assert canonical(value) == rfc8785.dumps(value)


def test_keys_stand_in_the_order_of_their_utf_16_units() -> None:
    # RFC 8785, section 3.2.3
    keys = {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\u0080": 6, "\u00f6": 7}
    assert canonical(keys).decode() == (
        '{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\U0001f600":5,"\ufb33":3}'
    )


def test_text_is_escaped_only_where_it_must_be() -> None:
    # RFC 8785, section 3.2.2
    assert canonical('\u20ac$\u000f\nA\'B"\\\\"/').decode() == '"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'


def test_a_number_of_numpy_is_written_as_a_number() -> None:
    assert canonical([np.float64(1.5), np.float64(0.0)]) == b"[1.5,0]"


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), -float("inf"), 2**53 + 1, "\ud800", np.float64("nan")]
)
def test_what_json_cannot_hold_exactly_is_refused(value: object) -> None:
    with pytest.raises(ValueError):
        canonical(value)


@pytest.mark.parametrize("value", [b"bytes", {1, 2}, {1: "one"}, {"a": [object()]}, np.int64(3)])
def test_what_is_not_json_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        canonical(value)


def test_equal_values_have_equal_digests_however_they_were_built() -> None:
    assert digest({"a": [1, 2.0], "b": None}) == digest({"b": None, "a": (1.0, 2)})
    assert digest({}) == "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
