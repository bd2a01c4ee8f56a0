"""The whole line on a real draft norm, through the pages alone: from import to a verified publication."""

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy.orm import Session

from app.accounts import sign_ins
from app.accounts.models import User
from app.authority.actor import Role
from app.norms.queries import clauses, norm_by_slug
from app.worker.loop import HANDLERS, work_off
from tests.browser import Browser
from tests.conftest import StoppedClock
from tests.factories import Make

COUNTRIES = ("KE", "NP", "FR", "BR", "CN", "RU", "FJ", "NA", "EG", "DE", "PE", "BD")
RULES = (
    '{"least_stakeholders": 5, "widest_half": 0.5, '
    '"gates": {"development": 2, "region": 0, "category": 0}, "gate_countries": 0}'
)
SLUG = "initiative"
NORM = f"/en/norms/{SLUG}"

Enter = Callable[[User], Browser]


@pytest.fixture
def enter(app: Flask, session: Session, clock: StoppedClock) -> Enter:
    """A browser of its own for each person, signed in at this moment."""

    def enter(user: User) -> Browser:
        token = sign_ins.begin(session, user, now=clock())
        session.commit()
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"] = token
        return Browser(client)

    return enter


def sent(browser: Browser, path: str, /, **fields: str | list[str]) -> str:
    """Send a form that must succeed; the page it leads to."""
    browser.get(f"{NORM}/rules/") if "csrf_token" not in browser.page else None
    response = browser.post(path, **fields)
    assert response.status_code == 303, response.get_data(as_text=True)[-3000:]
    page = browser.get(response.location)
    assert page.status_code == 200
    return browser.page


class Deliberation:
    """The people of one deliberation and what they do, in the words of its stages."""

    def __init__(self, make: Make, enter: Enter, clock: StoppedClock) -> None:
        self.make, self.enter, self.clock = make, enter, clock
        self.staff = {role: make.user(role.value) for role in Role}
        for role, user in self.staff.items():
            make.seat(user, role)
        self.administrator = make.user("administrator", is_administrator=True)
        self.voices = []
        for country in COUNTRIES:
            user, entity = make.user(country), make.stakeholder(f"Ministry {country}", country=country)
            make.mandate(user, entity)
            self.voices.append((user, entity.id))

    def step(self, to: str, days: int | None = None) -> None:
        closes = (self.clock() + dt.timedelta(days=days)).date().isoformat() if days else ""
        chair = self.enter(self.staff[Role.CHAIR])
        sent(chair, f"{NORM}/steps/", to=to, closes_on=closes, zone="UTC", override_reason="")

    def state(self, voice: int, code: str, stance: str, reason: str = "") -> None:
        user, stakeholder = self.voices[voice]
        browser = self.enter(user)
        browser.get(f"{NORM}/provisions/{code}/position/")
        sent(
            browser,
            f"{NORM}/provisions/{code}/position/",
            stakeholder=str(stakeholder),
            stance=stance,
            reason=reason,
            remedy="",
            language="en",
            read_language="en",
            seen=browser.hidden["seen"],
        )

    def propose(self, voice: int, code: str, wording: str) -> int:
        user, stakeholder = self.voices[voice]
        browser = self.enter(user)
        browser.get(f"{NORM}/provisions/{code}/propose/")
        page = sent(
            browser,
            f"{NORM}/provisions/{code}/propose/",
            stakeholder=str(stakeholder),
            operation="replace",
            wording=wording,
            body="It is clearer so.",
            language="en",
            read_language="en",
            seen=browser.hidden["seen"],
            form_key=browser.hidden["form_key"],
            looked="true",
        )
        found = re.search(r"Proposed change c(\d+)", page)
        assert found is not None
        return int(found[1])

    def answer(self, number: int, decision: str, reason: str) -> None:
        editor = self.enter(self.staff[Role.EDITOR])
        editor.get(f"{NORM}/comments/{number}/")
        path = f"{NORM}/comments/{number}/disposition/"
        seen = {"duplicate_of": "", "seen": "1", "version": "0"}
        sent(editor, path, decision=decision, reason=reason, language="en", **seen)


def test_a_real_draft_goes_from_import_to_a_verified_publication(
    make: Make,
    enter: Enter,
    clock: StoppedClock,
    session: Session,
    runner: FlaskCliRunner,
    app: Flask,
    shared_data: Path,
    tmp_path: Path,
) -> None:
    text = (shared_data / "norms" / "global-ai-governance-initiative.en.md").read_text(encoding="utf-8")
    world = Deliberation(make, enter, clock)
    session.commit()
    assert runner.invoke(args=["audit", "bind"]).exit_code == 0  # who was there before the record told of it
    import_through_the_page(world, text)
    editor = enter(world.staff[Role.EDITOR])
    sent(editor, f"{NORM}/rules/", version="1", minimum_days="7", screening="at-once", measurement=RULES)
    world.step("consultation", days=20)
    base = {clause.provision.code: clause.texts[0].text for clause in first_draft(session)}
    code = next(
        code for code, words in base.items() if words.startswith("We should uphold the principles of")
    )

    merged = hear_everybody(world, code, base[code])
    accepted = answer_everybody(world, merged)
    clock.forward(days=21)
    world.step("compilation")
    expected = compile_the_next_draft(world, session, merged, accepted, base[code])
    world.answer(merged[1], "not-accepted", "Trust is more than esteem.")
    world.step("last-call", days=10)
    read_the_second_draft(world, session, code, base[code], expected)
    conclude(world, runner, app, tmp_path)


def import_through_the_page(world: Deliberation, text: str) -> None:
    administrator = world.enter(world.administrator)
    form = {"slug": SLUG, "title": "", "language": "en", "form": "markdown", "text": text, "authentic": "en"}
    administrator.get("/en/norms/new/")
    preview = administrator.post("/en/norms/new/", **form, act="preview")
    assert preview.status_code == 200 and "people-centered" in administrator.page
    response = administrator.post("/en/norms/new/", **form, act="store")
    assert response.status_code == 303


def first_draft(session: Session) -> list:
    session.rollback()
    norm = norm_by_slug(session, SLUG)
    assert norm is not None
    return list(clauses(session, norm.current_draft_id or 0))


def hear_everybody(world: Deliberation, code: str, base: str) -> list[int]:
    """Positions of twelve governments, one of them an objection; a comment; three proposed changes."""
    for voice in range(11):
        world.state(voice, code, "support" if voice % 2 else "accept")
    world.state(11, code, "object", reason="It leaves out those who have the least.")
    user, stakeholder = world.voices[0]
    browser = world.enter(user)
    browser.get(f"{NORM}/provisions/{code}/comment/")
    sent(
        browser,
        f"{NORM}/provisions/{code}/comment/",
        stakeholder=str(stakeholder),
        kind="question",
        body="هل يشمل ذلك البيانات؟",
        language="ar",
        read_language="en",
        seen=browser.hidden["seen"],
        form_key=browser.hidden["form_key"],
    )
    return [
        world.propose(1, code, base.replace("mutual respect", "mutual trust")),
        world.propose(2, code, base.replace("mutual respect", "mutual esteem")),
        world.propose(3, code, base.replace("We call for", "We urgently call for")),
    ]


def answer_everybody(world: Deliberation, merged: list[int]) -> list[int]:
    """Accept what was said, and answer the objection; the numbers of the comments that were accepted."""
    editor = world.enter(world.staff[Role.EDITOR])
    editor.get(f"{NORM}/dispositions/?show=unanswered")
    numbers = {int(number) for number in re.findall(r"comments/(\d+)/", editor.page)} - set(merged)
    assert numbers
    for number in numbers:
        world.answer(number, "accepted", "Data are meant too.")
    chair = world.enter(world.staff[Role.CHAIR])
    chair.get(f"{NORM}/objections/")
    number = re.search(r"objections/(\d+)/answer/", chair.page)
    assert number is not None
    seen = {name: chair.hidden[name] for name in ("position", "state")}
    answer = {"text": "The next draft names them.", "language": "en"}
    sent(chair, f"{NORM}/objections/{number[1]}/answer/", **answer, **seen)
    objector = world.enter(world.voices[11][0])
    objector.get(f"{NORM}/objections/")
    read = objector.hidden["answer"]
    sent(objector, f"{NORM}/objections/{number[1]}/settle/", state="accommodated", answer=read)
    return sorted(numbers)


def compile_the_next_draft(
    world: Deliberation, session: Session, merged: list[int], accepted: list[int], base: str
) -> str:
    """Merge three changes, settle the collision of two for one of them, and take up what was accepted."""
    editor = world.enter(world.staff[Role.EDITOR])
    editor.get(f"{NORM}/compilation/")
    assert all(f"take up c{number}" in editor.page for number in accepted)
    entries = re.findall(r"compilation/(\d+)/", editor.page)
    for entry in dict.fromkeys(entries):
        editor.get(f"{NORM}/compilation/{entry}/")
        if f'name="changes" value="{merged[0]}"' in editor.page:
            break
    version = editor.hidden["version"]
    changes = [str(number) for number in merged]
    page = sent(editor, f"{NORM}/compilation/{entry}/merge/", version=version, language="en", changes=changes)
    assert "is unresolved" in page
    page = sent(
        editor,
        f"{NORM}/compilation/{entry}/merge/",
        version=editor.hidden["version"],
        language="en",
        changes=changes,
        takes_up=[f"c{number}" for number in accepted],
        **{"choice.0": f"c{merged[0]}"},
    )
    assert "takes up c" in page
    assert "is unresolved" not in page
    late = editor.post(f"{NORM}/compilation/{entry}/merge/", version=version, language="en", changes=changes)
    assert late.status_code == 409 and "Another person has edited this clause" in editor.page
    return base.replace("mutual respect", "mutual trust").replace("We call for", "We urgently call for")


def read_the_second_draft(world: Deliberation, session: Session, code: str, base: str, expected: str) -> None:
    second = {clause.provision.code: clause.texts[0] for clause in first_draft(session)}
    assert second[code].text == expected
    assert second[code].provenance is not None
    assert "".join(words for words, _ in second[code].provenance) == expected
    reader = world.enter(world.voices[4][0])
    reader.get(f"{NORM}/drafts/2/compare/1/")
    assert "<del>respect</del><ins>trust</ins>" in reader.page
    reader.get("/en/my/")
    assert "Positions to confirm" in reader.page
    for voice in range(12):
        user, stakeholder = world.voices[voice]
        browser = world.enter(user)
        browser.get(f"{NORM}/")
        seen = re.search(rf'id="{code}".*?name="seen" value="([^"]+)"', browser.page, re.S)
        assert seen is not None
        if voice == 11:
            world.state(voice, code, "support")
        else:
            path = f"{NORM}/provisions/{code}/reaffirm/"
            sent(browser, path, stakeholder=str(stakeholder), seen=seen[1], read_language="en")


def conclude(world: Deliberation, runner: FlaskCliRunner, app: Flask, tmp_path: Path) -> None:
    """Assess in a job, call consensus, determine, adopt, publish, verify."""
    world.clock.forward(minutes=1)
    with app.app_context():
        assert work_off({kind: HANDLERS[kind] for kind in ("assess", "mail")}) > 0
    reader = world.enter(world.voices[0][0])
    assert reader.get(f"{NORM}/consensus/").status_code == 200
    assert "100%" in reader.page
    world.clock.forward(days=11)
    world.step("consensus-call", days=8)
    world.clock.forward(days=9)
    chair = world.enter(world.staff[Role.CHAIR])
    stated = {
        "outcome": "adopted-by-consensus",
        "language": "en",
        "text": "Nobody maintains an objection.",
        "reason": "All who were invited have spoken.",
    }
    chair.get(f"{NORM}/determination/")
    assert chair.post(f"{NORM}/determination/", **stated).status_code == 200
    sent(chair, f"{NORM}/determination/", **stated, seen=chair.hidden["seen"])
    world.step("adopted")
    publisher = world.enter(world.staff[Role.PUBLISHER])
    publisher.get(f"{NORM}/publications/")
    page = sent(publisher, f"{NORM}/publications/")
    assert "Adopted by consensus" in page and "Nobody maintains an objection." in page
    again = publisher.post(f"{NORM}/publications/")
    assert again.status_code == 409
    downloaded = publisher.client.get(f"{NORM}/publications/1/package.zip")
    package = tmp_path / "package.zip"
    package.write_bytes(downloaded.data)
    downloaded.close()
    key = page.partition("--key ")[2][:64]
    assert runner.invoke(args=["verify", str(package), "--key", key]).exit_code == 0
    package.write_bytes(downloaded.data.replace(b"Nobody maintains", b"nobody maintains", 1))
    broken = runner.invoke(args=["verify", str(package)])
    assert broken.exit_code == 1 and "summary.json" in broken.output
    verified = runner.invoke(args=["audit", "verify"])
    assert verified.exit_code == 0, verified.output
