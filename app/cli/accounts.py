"""Commands for accounts and seats."""

import secrets

import click

from app.accounts import queries, service
from app.accounts.models import Purpose, User
from app.authority.actor import Actor, Role
from app.foundation.errors import N_, BadInput
from app.kernel import command_line
from app.mail.letters import address_of
from app.norms import seats
from app.norms.queries import norm_by_slug
from app.reference.languages import INTERFACE_LANGUAGES

ADMINISTRATOR, NONE = "administrator", "none"


class NormUnknown(BadInput):
    code = "norm-unknown"
    message = N_("There is no norm “%(slug)s”.")


@click.group("account")
def account() -> None:
    """Accounts and their seats."""


@account.command("create")
@click.argument("email")
@click.option(
    "--role",
    "roles",
    multiple=True,
    default=[NONE],
    type=click.Choice([*(role.value for role in Role), ADMINISTRATOR, NONE]),
    help="May be repeated.",
)
@click.option("--norm", "slug", help="The norm of the seat; without it, every norm.")
@click.option("--name", help="As others read it; without it, the part before the @.")
@click.option("--language", type=click.Choice(INTERFACE_LANGUAGES), default="en", show_default=True)
@click.option("--password", help="Without it, a link is printed at which the owner sets it.")
@click.option("--as", "as_whom", metavar="EMAIL", help="The administrator who acts; without it, the system.")
@command_line.refusable
def create(
    email: str,
    roles: tuple[str, ...],
    slug: str | None,
    name: str | None,
    language: str,
    password: str | None,
    as_whom: str | None,
) -> None:
    """Make a confirmed account and give it seats; an account that is there only gets the seats.

    While it has no password, each call prints a new link for choosing one, valid for an hour.
    """
    actor = command_line.actor_named(as_whom)
    with command_line.work() as session:
        user = queries.by_email(session, email) or service.open_account(
            session,
            actor,
            email=email,
            name=name or email.partition("@")[0],
            language=language,
            password=password,
            now=command_line.now(),
        )
        for role in roles:
            seat(actor, user, role, slug)
        token = None if user.password_hash else secrets.token_urlsafe(32)
        if token is not None:
            service.issue_token(session, user, Purpose.RESET, token, now=command_line.now())
    command_line.say(f"{user.email} {user.pseudonym}")
    if token is not None:
        link = address_of("accounts.choose_password", {"lang": user.language, "token": token})
        command_line.say(f"To set the password, within an hour: {link}")


def seat(actor: Actor, user: User, role: str, slug: str | None) -> None:
    session, now = command_line.session(), command_line.now()
    norm = norm_by_slug(session, slug) if slug else None
    if slug and norm is None:
        raise NormUnknown(slug=slug)
    if role == ADMINISTRATOR:
        seats.set_administrator(session, actor, user, administers=True, now=now)
    elif role != NONE:
        seats.give_seat(session, actor, user, role=Role(role), norm=norm, now=now)
