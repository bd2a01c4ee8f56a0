"""People at a consultation, each with a browser: they read, state positions, comment, answer and publish.

A process of its own, so that its computing can be told from the server's: an Evening as JSON on standard
input, what came of it as JSON on standard output. Each person has a session of their own, sends the forms
that pages show, with their tokens, and thinks before each page; what was drawn depends on the seed alone.

python -m bench.delegates < evening.json
"""

import itertools
import json
import random
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from urllib.parse import urlencode, urlsplit

import brotli

from bench.load import Connection, request_bytes
from tests.forms import form_at, hidden_in

DELEGATE, MODERATOR, PUBLISHER, VISITOR = "delegate", "moderator", "publisher", "visitor"
SPREAD = 0.8  #: of the logarithm of the time people think
LEAST, MOST = 0.05, 12.0  #: of that time, in its means
TRIES = 40  #: how often a form is sent that the server did not answer
PAUSE = 1.0  #: seconds before a page is asked for again that did not come
CUT = 0  #: in place of a status: no answer came
LATER = (CUT, 502, 503)  #: the same may be sent again
STANCES = ("support", "accept", "abstain", "object")
TOLD = 'id="done"'  #: stands in the page that says what was done
SPOKEN = {"language": "en"}
VISITED = ("", "consensus/", "dispositions/", "objections/", "groups/", "record/")  #: of a norm
SUBJECTS = ("capacity", "openness", "oversight", "training", "access", "redress", "fair use", "safety")
WISHES = ("is too weak", "should come first", "lacks a date", "helps small States", "needs a measure")


@dataclass(frozen=True)
class Person:
    """``norm``: its slug; ``host``: address and port of the server that their requests come to."""

    number: int
    role: str
    email: str
    norm: str
    host: tuple[str, int]


@dataclass(frozen=True)
class Evening:
    """``think``: mean seconds before each page. ``arriving``, ``seconds``: how long people come, and stay."""

    name: str
    seed: int
    password: str
    people: list[Person]
    clauses: int
    think: float
    arriving: float
    seconds: float
    publishing_at: float  #: seconds after all have come

    @classmethod
    def read(cls, text: str) -> "Evening":
        given = json.loads(text)
        people = [Person(**{**one, "host": tuple(one["host"])}) for one in given.pop("people")]
        return cls(people=people, **given)


@dataclass(frozen=True)
class Asked:
    """One request; ``at``: on the clock of the machine, ``took``: both in seconds."""

    what: str
    status: int
    at: float
    took: float


@dataclass
class Done:
    """What people were answered. ``sent`` and ``acknowledged``: acts by their marks, which stand in them."""

    asked: list[Asked] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    acknowledged: list[str] = field(default_factory=list)
    again: int = 0  #: forms that were sent once more because no answer came
    untold: int = 0  #: acts after which the next page did not say that they were done
    computing: float = 0.0  #: seconds

    @classmethod
    def read(cls, text: str) -> "Done":
        given = json.loads(text)
        return cls(**{**given, "asked": [Asked(*one) for one in given["asked"]]})

    def written(self) -> str:
        return json.dumps(asdict(self) | {"asked": [list(asdict(one).values()) for one in self.asked]})

    def __add__(self, other: "Done") -> "Done":
        return Done(
            *(mine + its for mine, its in zip(vars(self).values(), vars(other).values(), strict=True))
        )


class Leaving(Exception):
    """The evening is over."""


class Visit:
    """One person's browser, from signing in to the end."""

    def __init__(self, who: Person, evening: Evening, done: Done, begun: float) -> None:
        self.who, self.evening, self.done = who, evening, done
        self.chance = random.Random(f"{evening.seed} {evening.name} {who.number}")
        self.cookies: dict[str, str] = {}
        self.connection: Connection | None = None
        self.numbers = itertools.count(1)
        self.norm = f"/en/norms/{who.norm}/"
        self.opening = begun + evening.arriving
        self.closing = self.opening + evening.seconds
        places = range(1, evening.clauses + 1)
        self.clauses = lambda: self.chance.choices(places, [1 / (place + 2) for place in places])[0]
        self.page = ""

    def run(self) -> None:
        try:
            self.wait(self.chance.random() * self.evening.arriving)
            if self.who.role == VISITOR:
                self.look_around()
            self.sign_in()
            {DELEGATE: self.deliberate, MODERATOR: self.moderate, PUBLISHER: self.publish}[self.who.role]()
        except Leaving:
            return

    def wait(self, seconds: float) -> None:
        left = self.closing - time.time()
        time.sleep(max(0.0, min(seconds, left)))
        if seconds >= left:
            raise Leaving

    def think(self) -> None:
        mean = self.evening.think
        drawn = self.chance.lognormvariate(-(SPREAD**2) / 2, SPREAD)
        self.wait(mean * min(max(drawn, LEAST), MOST))

    # pages

    def ask(
        self, what: str, method: str, path: str, fields: Mapping[str, str] | None = None
    ) -> tuple[int, str]:
        """Status, and the page or where it sends one on to."""
        network = f"198.18.{self.who.number // 250}.{self.who.number % 250 + 1}"
        headers = {
            "Accept-Encoding": "br",
            "Accept-Language": "en",
            "Referer": f"https://127.0.0.1{path}",
            "X-Forwarded-For": network,
            "X-Forwarded-Proto": "https",
        }
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        request = request_bytes(method, path, headers, urlencode(fields or {}).encode())
        at, begun = time.time(), time.perf_counter()
        try:
            if self.connection is None:
                host, port = self.who.host
                self.connection = Connection(port, host)
            status, head, body = self.connection.ask(request)
        except OSError:
            status, head, body = CUT, b"", b""
        self.done.asked.append(Asked(what, status, at, time.perf_counter() - begun))
        return status, self.shown(head, body)

    def shown(self, head: bytes, body: bytes) -> str:
        lines = [line.partition(": ") for line in head.decode("latin-1").split("\r\n")[1:]]
        named = [(name.lower(), value) for name, _, value in lines]
        for name, value in named:
            if name == "set-cookie":
                own, _, content = value.partition(";")[0].partition("=")
                self.cookies[own] = content
        given = dict(named)
        if "location" in given:
            return urlsplit(given["location"])._replace(scheme="", netloc="", fragment="").geturl()
        return (brotli.decompress(body) if given.get("content-encoding") == "br" else body).decode()

    def get(self, what: str, path: str) -> str:
        """The page, as soon as the server gives it; think first."""
        self.think()
        while True:
            status, page = self.ask(what, "GET", path)
            if status not in LATER:
                self.page = page
                return page
            self.wait(PAUSE)

    def act(self, what: str, path: str, mark: str, **typed: str) -> bool:
        """Send the form that the page shows, the same again where no answer came; whether it was done.

        What one is told of it is looked at, too.
        """
        self.think()
        fields = hidden_in(form_at(self.page, path)) | typed
        self.done.sent += [mark] if mark else []
        for _ in range(TRIES):
            status, shown = self.ask(what, "POST", path, fields)
            if status == 200 and "looked" in hidden_in(shown):  # others have said the like: send it anyway
                fields |= hidden_in(form_at(shown, path))
            elif status in LATER:
                self.done.again += 1
                self.wait(PAUSE)
            elif status == 303:
                self.done.acknowledged += [mark] if mark else []
                status, self.page = self.ask(f"what follows: {what}", "GET", shown)
                self.done.untold += bool(mark) and status == 200 and TOLD not in self.page
                return True
            else:
                return False
        return False

    # what people do

    def sign_in(self) -> None:
        self.get("sign-in page", "/en/sign-in/")
        known = {"email": self.who.email, "password": self.evening.password}
        while not self.act("sign in", "/en/sign-in/", "", **known):
            self.get("sign-in page", "/en/sign-in/")

    def mark(self) -> str:
        """Words that no other act has."""
        return f"{self.evening.name}-{self.who.number}-{next(self.numbers)}"

    def words(self, mark: str) -> str:
        said = (self.chance.choice(SUBJECTS), self.chance.choice(WISHES), self.chance.choice(SUBJECTS))
        return f"Here {said[0]} {said[1]}, and {said[2]} too. ({mark})"

    def deliberate(self) -> None:
        doing: Mapping[Callable[[], object], int] = {
            self.read_draft: 30,
            self.read_clause: 40,
            self.state: 18,
            self.comment: 12,
        }
        while True:
            self.chance.choices(list(doing), list(doing.values()))[0]()

    def read_draft(self) -> None:
        self.get("read the draft", self.norm)

    def read_clause(self) -> None:
        self.get("read a clause", f"{self.norm}provisions/p{self.clauses()}/")

    def state(self) -> None:
        path = f"{self.norm}provisions/p{self.clauses()}/position/"
        self.get("open a form", path)
        mark, stance = self.mark(), self.chance.choice(STANCES)
        self.act("state a position", path, mark, stance=stance, reason=self.words(mark), remedy="", **SPOKEN)

    def comment(self) -> None:
        path = f"{self.norm}provisions/p{self.clauses()}/comment/"
        self.get("open a form", path)
        mark = self.mark()
        self.act("comment", path, mark, kind="substantive", body=self.words(mark), act="send", **SPOKEN)

    def look_around(self) -> None:
        """Without signing in."""
        while True:
            self.get(
                "visitor's page", self.norm + self.chance.choice((*VISITED, f"provisions/p{self.clauses()}/"))
            )

    def moderate(self) -> None:
        while True:
            queue = self.get("triage page", f"{self.norm}triage/")
            numbers = ticked(queue)
            for _ in range(3):
                number = self.chance.choice(numbers)
                self.get("read a comment", f"{self.norm}comments/{number}/")
                path, mark = f"{self.norm}comments/{number}/disposition/", self.mark()
                if f'action="{path}"' in self.page:  # else another has answered it
                    said = {"decision": "noted", "reason": self.words(mark), "duplicate_of": ""}
                    self.act("answer", path, mark, **said, **SPOKEN)

    def publish(self) -> None:
        """Ask for the publication and watch it, until the server shows that it is there."""
        path = f"{self.norm}publications/"
        self.wait(self.opening + self.evening.publishing_at - time.time())
        self.get("publications", path)
        self.act("ask for the publication", path, "")
        begun = time.time()
        while f'href="{path}1/"' not in self.get("publications", path):
            pass
        self.done.asked.append(Asked("publication, as a whole", 200, begun, time.time() - begun))


def ticked(page: str) -> list[str]:
    """The comments of a page of the queue."""
    return list(dict.fromkeys(part.partition('"')[0] for part in page.split('name="comment" value="')[1:]))


def spent(evening: Evening) -> Done:
    """The whole evening, each person in a thread."""
    each = [Done() for _ in evening.people]
    begun = time.time()
    visits = [Visit(who, evening, done, begun) for who, done in zip(evening.people, each, strict=True)]
    threads = [threading.Thread(target=visit.run) for visit in visits]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(each, Done(computing=time.process_time()))


def shares(evening: Evening, processes: int) -> Iterator[Evening]:
    """The same evening for so many processes, each with its share of the people."""
    for first in range(processes):
        yield Evening(**{**vars(evening), "people": evening.people[first::processes]})


if __name__ == "__main__":
    print(spent(Evening.read(sys.stdin.read())).written())
