import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask.testing import FlaskCliRunner
from sqlalchemy.orm import Session

from app.norms.models import Clause, ClauseText, Norm
from app.norms.readers.reading import read_file
from app.norms.stages import Stage
from tests.norms.texts import SIX, declaration

ENGLISH = "# AI\n\nRecalling *this*,\n\n1. One:\n\n   (a) alpha;\n\n   (b) beta.\n\n2. Two.\n"
FRENCH = "# IA\n\nRappelant ceci,\n\n1. Un :\n\n   (a) alpha fr ;\n\n   (b) bêta.\n\n2. Deux.\n"

Run = Callable[..., Result]


@pytest.fixture
def run(runner: FlaskCliRunner, tmp_path: Path) -> Run:
    (tmp_path / "a.en.md").write_text(ENGLISH, encoding="utf-8")
    (tmp_path / "b.fr.md").write_text(FRENCH, encoding="utf-8")

    def run(*words: str) -> Result:
        return runner.invoke(args=["norm", *(str(tmp_path / w) if w.endswith(".md") else w for w in words)])

    return run


def norm_of(session: Session) -> Norm:
    session.rollback()
    session.expire_all()
    return session.scalars(sa.select(Norm)).one()


def test_several_files_make_one_norm(run: Run, session: Session) -> None:
    files = ("a.en.md", "b.fr.md", "--slug", "ai", "--language", "en", "--language", "fr")
    answer = run("import", *files)
    assert (answer.exit_code, answer.stdout) == (0, "ai: 5 clauses in en, fr\n")
    norm = norm_of(session)
    assert (norm.languages, norm.authentic_languages) == (["en", "fr"], ["en"])
    assert norm.titles == {"en": "AI", "fr": "IA"}
    answer = run("import", *files)
    assert (answer.exit_code, "no data were imported" in answer.stderr) == (1, True)


def test_a_later_file_adds_its_language_by_the_order_of_clauses(run: Run, session: Session) -> None:
    run("import", "a.en.md", "--slug", "ai", "--language", "en", "--title", "Principles")
    assert run("import", "b.fr.md", "--slug", "ai", "--language", "fr", "--authentic").exit_code == 0
    norm = norm_of(session)
    assert norm.titles == {"en": "Principles", "fr": "IA"}
    assert norm.authentic_languages == ["en", "fr"]
    beta = sa.select(ClauseText.text).join(Clause).where(Clause.label == "1(b)").order_by(ClauseText.language)
    assert session.scalars(beta).all() == ["beta.", "bêta."]


@pytest.mark.parametrize(
    "words",
    [
        ("a.en.md", "--slug", "ai", "--language", "en", "--language", "fr"),
        ("a.en.md", "b.fr.md", "--slug", "ai", "--language", "en", "--language", "en"),
        ("a.en.md", "--slug", "AI!", "--language", "en"),
        ("a.en.md", "--slug", "ai", "--language", "en", "--as", "nobody@example.org"),
    ],
)
def test_what_does_not_fit_together_is_refused(words: tuple[str, ...], run: Run, session: Session) -> None:
    answer = run("import", *words)
    assert answer.exit_code == 1
    assert answer.stderr
    assert session.scalar(sa.select(sa.func.count()).select_from(Norm)) == 0


def test_a_step_is_taken_or_says_what_is_missing(run: Run, session: Session) -> None:
    run("import", "a.en.md", "--slug", "ai", "--language", "en")
    answer = run("step", "ai", "consultation", "--closes-at", "2026-03-03", "--override", "A trial.")
    told = "  - The round must stay open for at least 14 days." in answer.stderr
    assert (answer.exit_code, told) == (1, True)
    assert norm_of(session).stage is Stage.PREPARATION
    answer = run("step", "ai", "consultation")
    assert (answer.exit_code, answer.stdout) == (0, "ai: consultation\n")
    opened = norm_of(session)
    assert opened.stage is Stage.CONSULTATION
    assert opened.opens_at is not None and opened.closes_at == opened.opens_at + dt.timedelta(days=14)
    assert run("step", "ai", "somewhere").exit_code == 2
    assert run("step", "nothing", "suspended").exit_code == 1
    assert run("import", "b.fr.md", "--slug", "ai", "--language", "fr").exit_code == 1


def test_what_is_exported_as_markdown_can_be_imported_again(run: Run, tmp_path: Path) -> None:
    run("import", "a.en.md", "b.fr.md", "--slug", "ai", "--language", "en", "--language", "fr")
    assert run("export", "ai", "--format", "md", "--language", "fr", "-o", "out.md").exit_code == 0
    again = read_file((tmp_path / "out.md").read_bytes(), "out.md")
    first = read_file(FRENCH.encode(), "b.fr.md")
    assert again.title == "IA"
    assert [(c.label, c.kind, c.depth, c.text) for c in again.clauses] == [
        (c.label, c.kind, c.depth, c.text) for c in first.clauses
    ]


def test_a_norm_is_exported_as_json_with_all_its_languages(run: Run, tmp_path: Path) -> None:
    run("import", "a.en.md", "b.fr.md", "--slug", "ai", "--language", "en", "--language", "fr")
    assert run("export", "ai", "--format", "json", "-o", str(tmp_path / "out.json")).exit_code == 0
    content = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert (content["norm"], content["draft"], content["stage"]) == ("ai", 1, "preparation")
    assert content["clauses"][0]["texts"]["fr"] == {"text": "Rappelant ceci,", "status": "draft"}


def test_the_universal_declaration_is_imported_from_six_files(
    runner: FlaskCliRunner, session: Session, shared_data: Path, tmp_path: Path
) -> None:
    words: list[str] = []
    for language in SIX:
        path = tmp_path / f"udhr.{language}.md"
        path.write_bytes(declaration(shared_data, language))
        words += [str(path), "--language", language]
    answer = runner.invoke(args=["norm", "import", *words, "--slug", "udhr", "--authentic"])
    assert (answer.exit_code, answer.stderr) == (0, "")
    assert norm_of(session).authentic_languages == list(SIX)
    assert session.scalar(sa.select(sa.func.count()).select_from(ClauseText)) == 31 * 6
