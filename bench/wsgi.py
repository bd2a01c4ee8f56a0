"""Concord, and beside it its peers: a constant answer, a bare Jinja page, a minimal endpoint."""

import random

import sqlalchemy as sa
from flask import Blueprint, Response, render_template_string, request, session
from flask_wtf.csrf import generate_csrf

from app import create_app
from app.web.extensions import db
from bench.world import idiomatic

peers = Blueprint("peers", __name__, url_prefix="/bench")
constant: dict[int, bytes] = {}

#: A page as one would write it first: a loop over values, nothing else.
BARE = """<!doctype html><title>{{ title }}</title><main>
{% for c in clauses %}
<section id="{{ c.id }}"><h3>{{ c.label }}</h3>
<p lang="{{ c.lang }}" dir="{{ c.dir }}">{{ c.text }}</p>
<p>{% for name, n in c.counts %}<b>{{ n }}</b> {{ name }} {% endfor %}</p>
<p><a href="{{ c.href }}">{{ c.state }}</a>
<a href="{{ c.href }}/comment">{{ c.comment }}</a> {{ c.meta }}</p>
</section>
{% endfor %}</main>"""


def clause(number: int, size: int) -> dict[str, object]:
    words = "every State has a fair part in deciding how it is governed "
    return {
        "id": f"p{number}",
        "label": str(number),
        "lang": "en",
        "dir": "ltr",
        "text": (words * (size // len(words) + 1))[:size],
        "counts": [("support", 12), ("accept", 7), ("abstain", 3), ("object", 1)],
        "href": f"/en/norms/x/provisions/p{number}",
        "state": "State your position",
        "comment": "Comment",
        "meta": "12 comments, 3 not answered yet",
    }


@peers.get("/jinja/<int:size>")
def jinja(size: int) -> str:
    """A bare page of about ``size`` bytes with 20 clauses."""
    return render_template_string(
        BARE, title="Draft", clauses=[clause(n, size // 20 - 390) for n in range(20)]
    )


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


app = create_app()
app.register_blueprint(peers)
