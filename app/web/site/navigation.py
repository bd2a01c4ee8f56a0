"""Where one can go from a norm's page."""

from flask import Flask
from flask_babel import gettext

from app.foundation.errors import N_
from app.kernel import context
from app.kernel.formats import comma
from app.norms.queries import verifies_nobody
from app.norms.stages import Stage

MAIN_STAGES = (
    Stage.PREPARATION,
    Stage.CONSULTATION,
    Stage.COMPILATION,
    Stage.LAST_CALL,
    Stage.CONSENSUS_CALL,
    Stage.ADOPTED,
    Stage.PUBLISHED,
)

TABS = (
    ("norms.current", N_("Text")),
    ("consensus.index", N_("Consensus")),
    ("consensus.representation", N_("Participants")),
    ("reading_aids.glossary", N_("Glossary")),
    ("positions.objections", N_("Objections")),
    ("discussion.dispositions", N_("Comments and answers")),
    ("compilation.bench", N_("Next draft")),
    ("publications.index", N_("Publications")),
    ("lifecycle.rules", N_("Rules")),
    ("lifecycle.steps", N_("Stages")),
)


def norm_tabs() -> list[tuple[str, str]]:
    """Endpoint and words of each page of a norm."""
    return [(endpoint, gettext(words)) for endpoint, words in TABS]


def source_words(sources: list[str]) -> str:
    """Where some words come from, for people: "base", "editor", the number of a proposed change ("c5"), the
    code of a provision they were taken over from ("p7"), or the comment an editor takes up ("for c6")."""
    named = {"base": gettext("from the draft before"), "editor": gettext("the editor's words")}

    def words(source: str) -> str:
        if source in named:
            return named[source]
        if source.startswith("for "):
            return gettext("to take up %(comment)s", comment=source.removeprefix("for "))
        if source.startswith("p"):
            return gettext("from provision %(code)s", code=source)
        return gettext("proposed in %(number)s", number=source)

    return comma().join(map(words, sources))


def register(app: Flask) -> None:
    app.jinja_env.globals["verifies_nobody"] = lambda norm: verifies_nobody(context.session(), norm)
    app.jinja_env.globals["main_stages"] = MAIN_STAGES
    app.jinja_env.globals["norm_tabs"] = norm_tabs
    app.jinja_env.globals["source_words"] = source_words
