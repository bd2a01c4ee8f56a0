"""Concord, and beside it its peers: a constant answer, a bare Jinja page, a minimal endpoint."""

import random

import sqlalchemy as sa
from flask import Blueprint, Response, render_template_string, request, session
from flask_wtf.csrf import generate_csrf

from app import create_app
from app.kernel.extensions import db
from bench.bare import BARE, clauses
from bench.world import idiomatic

peers = Blueprint("peers", __name__, url_prefix="/bench")
constant: dict[int, bytes] = {}
#: Statements of a position: asked and added while the norm is held, and asked for what is told after.
BEFORE, WRITTEN, AFTER = 6, 3, 2


@peers.get("/jinja/<int:size>")
def jinja(size: int) -> str:
    """A bare page of about ``size`` bytes with 20 clauses."""
    return render_template_string(BARE, title="Draft", clauses=clauses(size))


@peers.get("/constant/<int:size>")
def answer(size: int) -> Response:
    """As many bytes as the page it is compared with puts on the wire; nobody decodes them."""
    body = constant.setdefault(size, random.Random(size).randbytes(size))
    response = Response(body, mimetype="text/html")
    response.headers["Content-Encoding"] = "br"
    return response


@peers.get("/form")
def form() -> str:
    session["person"] = 1
    return generate_csrf()


@peers.post("/state")
def state() -> Response:
    """Session, CSRF (checked before we are here), one select, one insert, one durable commit."""
    person = session["person"]
    db.session.connection(execution_options={"writes": True})
    db.session.execute(sa.text("SELECT id, slug, stage FROM norm LIMIT 1")).one()
    db.session.execute(sa.insert(idiomatic).values(person=person, stance=request.form["stance"]))
    db.session.commit()
    return Response(status=303, headers={"Location": "/"})


@peers.post("/state-with-all")
def state_with_all() -> Response:
    """As many statements and transactions as a position needs, each as plain as can be: the floor."""
    one = sa.select(idiomatic).where(idiomatic.c.id == 1)
    insert = sa.insert(idiomatic)
    values = {"person": session["person"], "stance": request.form["stance"]}
    db.session.execute(one).first()
    db.session.rollback()
    db.session.connection(execution_options={"writes": True})
    for _ in range(BEFORE):
        db.session.execute(one).first()
    db.session.execute(sa.update(idiomatic).where(idiomatic.c.id == 1).values(stance=values["stance"]))
    for _ in range(WRITTEN):
        db.session.execute(insert, values)
    db.session.commit()
    for _ in range(AFTER):
        db.session.execute(one).first()
    return Response(status=303, headers={"Location": "/"})


app = create_app()
app.register_blueprint(peers)
