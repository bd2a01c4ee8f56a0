"""Whatever people write into a field of a form is kept as a TextField leaves it, or not at all.

So that no list of fields is needed, each field of each form is sent with a sign that every TextField refuses;
no statement may bring it into the database.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from app.foundation.text import TextField, UnsafeText
from app.kernel.context import Form
from app.kernel.extensions import db
from tests.access.test_matrix import ROWS
from tests.access.test_refused_forms import sent, whose
from tests.access.world import World

TURNED = "\u202e"  #: an override of direction


@contextmanager
def kept(engine: sa.Engine) -> Iterator[list[str]]:
    """The statements that write the sign, as it is or in JSON."""
    found: list[str] = []

    def look(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        is_there = any(sign in str(values) for sign in (TURNED, ascii(TURNED)[1:-1]))
        if is_there and statement.startswith(("INSERT", "UPDATE")):
            found.append(statement)

    event.listen(engine, "before_cursor_execute", look)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", look)


@contextmanager
def forms_read() -> Iterator[set[type[Form]]]:
    """The forms that are read from what is sent."""
    found: set[type[Form]] = set()
    reading = Form.model_validate.__func__  # type: ignore[attr-defined]

    def noted(kind: type[Form], values: Any) -> Form:
        found.add(kind)
        form: Form = reading(kind, values)
        return form

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Form, "model_validate", classmethod(noted))
        yield found


def test_every_field_for_words_refuses_the_sign() -> None:
    with pytest.raises(UnsafeText):
        TextField("text", 10).clean(f"a{TURNED}")


@pytest.mark.parametrize("endpoint", sorted(name for name, row in ROWS.items() if row.form and whose(row)))
def test_a_field_keeps_no_words_that_were_not_cleaned(endpoint: str, world: World) -> None:
    form = {name: world.named(value) for name, value in ROWS[endpoint].form.items()}
    with world.app.app_context():
        engine: sa.Engine = db.engine
    with forms_read() as read:
        sent(world, endpoint, form)
    fields = {name for kind in read for name, one in kind.model_fields.items() if one.annotation is str}
    for name in sorted({*form, *fields}):
        with kept(engine) as statements:
            sent(world, endpoint, {**form, name: form.get(name, "") + TURNED})
        assert statements == [], name


def test_words_that_were_not_cleaned_are_noticed() -> None:
    engine = sa.create_engine("sqlite://")
    with kept(engine) as statements, engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE said (words TEXT)")
        connection.exec_driver_sql("INSERT INTO said VALUES (?)", (f"a{TURNED}",))
    assert len(statements) == 1
