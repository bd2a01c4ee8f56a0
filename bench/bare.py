"""A bare Jinja page, to measure pages against."""

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


def clauses(size: int, count: int = 20) -> list[dict[str, object]]:
    """So many clauses that make a page of about so many bytes."""
    return [clause(number, max(size // count - 390, 0)) for number in range(count)]
