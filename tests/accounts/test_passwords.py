"""What a password may be (rows 1 to 3 of the security chapter)."""

import gzip
import hashlib

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type

from app.accounts import passwords

LIST_DIGEST = "5375e42ca60736c0ec1aeeceab6c7a4068024e8315d3732c3e8c68b9f2f9e7ce"


@pytest.mark.parametrize(
    "password", ["a horse on 12", "مفتاح طويل جدا هنا", "слово-за-словом", "😀🐘🌍🎈🎉🍎🍊🍋🍇🥭🥥🥝"]
)
def test_any_script_serves(password: str) -> None:
    passwords.check(password)
    assert passwords.matches(passwords.digest(password), password)


@pytest.mark.parametrize("length", [0, 11, 129])
def test_a_password_has_12_to_128_characters(length: int) -> None:
    letters = "".join(chr(0x4E00 + place) for place in range(length))
    with pytest.raises(passwords.PasswordLength):
        passwords.check(letters)


@pytest.mark.parametrize("length", [12, 128])
def test_the_shortest_and_the_longest_are_taken(length: int) -> None:
    passwords.check("".join(chr(0x4E00 + place) for place in range(length)))


def test_nothing_is_cut_off() -> None:
    password = "".join(chr(0x4E00 + place) for place in range(127))
    assert not passwords.matches(passwords.digest(password + "a"), password + "b")


def test_the_same_letters_from_another_keyboard_are_the_same_password() -> None:
    assert passwords.matches(passwords.digest("cafe\u0301 du matin"), "caf\u00e9 du matin")


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "PASSWORD1234",
        "qwerty123456",
        "123456789012",
        "abcabcabcabc",
        "letmein!!!!!!!",
        "aaaaaaaaaaaaaaa",
    ],
)
def test_a_common_password_is_refused(password: str) -> None:
    with pytest.raises(passwords.PasswordCommon):
        passwords.check(password)


def test_every_password_of_the_list_is_refused_and_the_list_is_the_one_we_know() -> None:
    long_enough = [word for word in passwords.common_passwords() if 12 <= len(word) <= 128]
    assert long_enough and all(passwords.is_common(word) for word in long_enough)
    assert len(passwords.common_passwords()) > 10_000
    assert hashlib.sha256(gzip.decompress(passwords.COMMON.read_bytes())).hexdigest() == LIST_DIGEST


def test_the_hash_is_argon2id_with_at_least_19_mib_and_two_passes() -> None:
    kept = extract_parameters(passwords.digest("a horse on 12"))
    assert kept.type is Type.ID
    assert kept.memory_cost >= 19 * 1024 and kept.time_cost >= 2 and kept.parallelism >= 1


def test_a_hash_of_other_parameters_is_outdated() -> None:
    assert passwords.is_outdated(PasswordHasher(time_cost=1, memory_cost=8192).hash("a horse on 12"))
    assert not passwords.is_outdated(passwords.digest("a horse on 12"))


def test_nobody_has_the_password_of_nobody() -> None:
    assert not passwords.matches(None, "the password of nobody at all")
