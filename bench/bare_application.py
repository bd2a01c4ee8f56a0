"""A bare Flask application, to measure the start of another against."""

import os

from flask import Flask


def bare() -> Flask:
    """As many addresses as are asked for, each answered by nothing."""
    app = Flask("bare")
    for number in range(int(os.environ["BENCH_ADDRESSES"])):
        app.add_url_rule(f"/<lang>/rooms/<slug>/{number}/", f"view{number}", lambda **_named: "")
    return app
