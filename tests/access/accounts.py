from tests.access import NO, NOTHING, OK, SEE_OTHER, SIGN_IN, UNCLEAR, Row, public

SPENT = 400  # a link that is of no use


def own(others: int, **form: str) -> Row:
    """An act on one's own account."""
    return Row(SIGN_IN, others, form=form)


def administrative(outcome: int, form: dict[str, str] | None = None, **args: str) -> Row:
    return Row(SIGN_IN, NO, {"administrator": outcome}, args=args, form=form or {})


ROWS = {
    "accounts.sign_in": public(),
    "accounts.enter": Row(UNCLEAR, UNCLEAR),
    "accounts.sign_out": Row(SEE_OTHER, SEE_OTHER),
    "accounts.sign_up": public(),
    "accounts.register": Row(UNCLEAR, UNCLEAR),
    "accounts.sent": public(),
    "accounts.confirm": Row(SPENT, SPENT, args={"token": "nothing"}),
    "accounts.confirmed": Row(UNCLEAR, UNCLEAR, args={"token": "nothing"}),
    "accounts.reset": public(),
    "accounts.request_reset": Row(UNCLEAR, UNCLEAR),
    "accounts.choose_password": Row(SPENT, SPENT, args={"token": "nothing"}),
    "accounts.password_chosen": Row(UNCLEAR, UNCLEAR, args={"token": "nothing"}),
    "accounts.settings": own(OK),
    "accounts.change_profile": own(SEE_OTHER, name="Another name", language="fr"),
    "accounts.change_password": own(UNCLEAR),
    "accounts.export": own(OK),
    "accounts.erase": own(UNCLEAR),
    "api_tokens.index": own(OK),
    "api_tokens.make": own(UNCLEAR),
    "api_tokens.revoke": Row(SIGN_IN, NOTHING, args={"number": "999999"}),
    "administration.index": administrative(OK),
    "administration.give_seat": administrative(UNCLEAR, {"email": "nobody@example.org", "role": "editor"}),
    "administration.end_seat": administrative(NOTHING, number="999999"),
    "administration.set_administrator": administrative(NOTHING, {"administers": "true"}, number="999999"),
    "operation.index": administrative(OK),
    "operation.try_again": administrative(SEE_OTHER, number="{failed}"),
    "operation.try_all_again": administrative(SEE_OTHER, kind="mail"),
    "operation.discard": administrative(SEE_OTHER, number="{failed}"),
    "operation.discard_all": administrative(SEE_OTHER, kind="mail"),
    "mailbox.index": public(),
    "mailbox.show": Row(NOTHING, NOTHING, args={"name": "nothing"}),
}
