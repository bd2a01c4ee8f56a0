"""Refusals: a code for machines, words for people, and the status the roof answers with (pure)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for "mark, do not translate here"
    """Mark words for people; the roof translates them."""
    return message


class Code(str):
    """A program's code, such as that of a weighting; the roof has the word for it."""


class Tongue(str):
    """A language's tag; the roof has its name."""


def plain(value: object) -> object:
    """A value as a terminal shows it: moments without an offset, lists without brackets."""
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M UTC")
    return ", ".join(str(plain(one)) for one in value) if isinstance(value, tuple) else value


@dataclass(frozen=True)
class Phrase:
    """Words for people with their values, translated only at the roof.

    Values that read otherwise in each language stay what they are: moments, members of enumerations,
    ``Code``, ``Tongue``, other phrases, and tuples of these. ``plural`` and ``count`` are given together;
    the catalogue's plural rule picks the form.
    """

    message: str
    values: Mapping[str, Any] = field(default_factory=dict)
    plural: str | None = None
    count: int = 0

    def __str__(self) -> str:
        chosen = self.plural if self.plural is not None and self.count != 1 else self.message
        return chosen % {name: plain(value) for name, value in self.values.items()} if self.values else chosen


class AppError(Exception):
    """The root of every refusal. Subclasses state ``code``, ``message`` and ``status``."""

    code: ClassVar[str] = "refused"
    message: ClassVar[str] = N_("The request could not be completed.")
    status: ClassVar[int] = 422
    seconds: int | None = None  #: after which the same may be tried again, if time alone helps

    def __init__(self, *, field: str | None = None, **values: Any) -> None:
        self.field = field  #: the form field the words belong to, if any
        self.facts: Mapping[str, Any] = {}  #: what a program is told beyond the words
        self.values = values
        super().__init__(str(self.phrase))

    def __reduce__(self) -> tuple[Any, ...]:
        """A refusal goes from one process to another as it is, whatever its class is made with."""
        return _as_it_was, (type(self), self.args, self.__dict__)

    @property
    def phrase(self) -> Phrase:
        return Phrase(self.message, self.values)

    @property
    def details(self) -> Sequence[Phrase]:
        """Further lines, such as what is missing before a step."""
        return ()


def _as_it_was(kind: type[AppError], args: tuple[Any, ...], state: dict[str, Any]) -> AppError:
    refusal = kind.__new__(kind, *args)
    refusal.__dict__.update(state)
    return refusal


class NotFound(AppError):
    code = "not-found"
    message = N_("Page not found.")
    status = 404


class NotAllowed(AppError):
    code = "not-allowed"
    message = N_("You do not have permission for this action.")
    status = 403


class SignInNeeded(AppError):
    code = "sign-in-needed"
    message = N_("Sign in first.")
    status = 401


class BadInput(AppError):
    """What was typed or sent cannot be taken as it is."""

    code = "bad-input"
    message = N_("The form has missing or invalid entries.")
    status = 422


class RuleBroken(AppError):
    """A rule of the deliberation forbids it."""

    code = "rule-broken"
    message = N_("The rules do not allow this.")
    status = 422


class Conflict(AppError):
    """Another person was faster, or it has already been done."""

    code = "conflict"
    message = N_("The data have changed since you opened the page. Review them before you continue.")
    status = 409


class TooMany(AppError):
    code = "too-many"
    message = N_("Too many attempts. Wait %(minutes)s minute and try again.")
    status = 429

    def __init__(self, *, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(minutes=max(1, -(-seconds // 60)))

    @property
    def phrase(self) -> Phrase:
        return Phrase(
            N_("Too many attempts. Wait %(minutes)s minute and try again."),
            self.values,
            plural=N_("Too many attempts. Wait %(minutes)s minutes and try again."),
            count=self.values["minutes"],
        )
