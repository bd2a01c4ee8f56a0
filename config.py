"""Settings, read once from the environment and frozen. All are described in docs/operation.md."""

import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from dotenv import dotenv_values

PREFIX = "CONCORD_"
SETTINGS_FILE = Path(__file__).parent / ".env"
LARGEST_UPLOAD = 32 * 1024 * 1024
LEAST_SECRET = 32  #: bytes
TWO_YEARS = "max-age=63072000"
#: libpq's: a server or network that is silent is taken for gone; one that works at a statement answers these.
SILENCE = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
DATABASES = ("sqlite:", "postgres:", "postgresql:", "postgresql+psycopg:")
MAIL_SERVERS = ("smtp:", "smtps:", "folder:")
LOCK_SECONDS = 10  #: as long as SQLite waits for its one writer


class SettingMissing(RuntimeError):
    """Nothing may start without this setting, or with a value that protects nothing or cannot be used."""


def settings() -> Mapping[str, str]:
    """The environment, and for what it does not name the file of settings: the same for server, worker and
    commands.
    """
    return {
        name: value or "" for name, value in dotenv_values(SETTINGS_FILE, interpolate=False).items()
    } | dict(os.environ)


def whole_number(name: str, value: str, default: int) -> int:
    """:raises SettingMissing: it is none."""
    if value and not value.isdecimal():
        raise SettingMissing(f"{name} must be a whole number, not {value!r}.")
    return int(value) if value else default


@dataclass(frozen=True)
class Config:
    """One field for each setting; see docs/operation.md."""

    env: str = "development"
    data_dir: Path = field(default_factory=lambda: Path("var"))
    database_url: str = ""
    secret_key: str = ""
    secret_key_fallbacks: tuple[str, ...] = ()
    base_url: str = "http://127.0.0.1:8000"
    trusted_hosts: tuple[str, ...] = ()
    mail_url: str = ""
    mail_from: str = "concord@localhost"
    signing_key_file: Path | None = None
    proxies: int = 0
    hsts: str = TWO_YEARS
    max_upload: int = LARGEST_UPLOAD
    statement_seconds: int = 0
    page_seconds: int = 0
    metrics_token: str = ""
    metrics_dir: Path | None = None

    @property
    def is_production(self) -> bool:
        return self.env == "production"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> "Config":
        """Read the settings.

        :raises SettingMissing: naming the first setting that is missing in production, or cannot be used.
        """
        given = settings() if environ is None else environ

        def text(name: str, default: str = "") -> str:
            return given.get(PREFIX + name, "").strip() or default

        def number(name: str, default: int) -> int:
            return whole_number(PREFIX + name, text(name), default)

        def several(name: str) -> tuple[str, ...]:
            return tuple(part.strip() for part in text(name).split(",") if part.strip())

        env = text("ENV", "development")
        if env not in ("development", "production"):
            raise SettingMissing("CONCORD_ENV must be 'development' or 'production'.")
        if env == "production":
            _refuse_to_serve_with_less(text, several)
        for name, schemes in (("DATABASE_URL", DATABASES), ("MAIL_URL", MAIL_SERVERS)):
            if text(name) and not text(name).startswith(schemes):
                raise SettingMissing(f"CONCORD_{name} must begin with one of: {', '.join(schemes)}")
        if not re.fullmatch(r"max-age=\d+(; includeSubDomains(; preload)?)?", text("HSTS", TWO_YEARS)):
            raise SettingMissing(
                "CONCORD_HSTS must be max-age=SECONDS, and may go on '; includeSubDomains; preload'."
            )
        data_dir = (SETTINGS_FILE.parent / Path(text("DATA_DIR", "var")).expanduser()).resolve()
        key_file, metrics_dir = text("SIGNING_KEY_FILE"), text("METRICS_DIR")
        return cls(
            env=env,
            data_dir=data_dir,
            database_url=text("DATABASE_URL"),
            secret_key=text("SECRET_KEY") or _development_key(data_dir),
            secret_key_fallbacks=several("SECRET_KEY_FALLBACKS"),
            base_url=text("BASE_URL", cls.base_url).rstrip("/"),
            trusted_hosts=several("TRUSTED_HOSTS"),
            mail_url=text("MAIL_URL"),
            mail_from=text("MAIL_FROM", cls.mail_from),
            signing_key_file=Path(key_file) if key_file else None,
            proxies=number("PROXIES", 0),
            hsts=text("HSTS", TWO_YEARS),
            max_upload=number("MAX_UPLOAD", LARGEST_UPLOAD),
            statement_seconds=number("STATEMENT_SECONDS", 0),
            page_seconds=number("PAGE_SECONDS", 3),
            metrics_token=text("METRICS_TOKEN"),
            metrics_dir=Path(metrics_dir) if metrics_dir else None,
        )

    @property
    def sqlalchemy_url(self) -> str:
        """PostgreSQL addresses get their driver; without one, SQLite under the data directory."""
        url = self.database_url or f"sqlite:///{self.data_dir / 'concord.db'}"
        for prefix in ("postgres://", "postgresql://"):
            if url.startswith(prefix):
                return "postgresql+psycopg://" + url.removeprefix(prefix)
        return url

    @property
    def signing_key(self) -> Path:
        return self.signing_key_file or self.data_dir / "signing-key.pem"

    @property
    def metrics_folder(self) -> Path:
        return self.metrics_dir or self.data_dir / "metrics"

    @property
    def secret_keys(self) -> list[str]:
        """What signs outside sessions: the last signs, every one is believed."""
        return [*reversed(self.secret_key_fallbacks), self.secret_key]

    @property
    def engine_options(self) -> dict[str, Any]:
        """No error tells the values of a statement, which are people's words. On PostgreSQL a connection is
        tried before it is used, and neither a lock nor a statement is waited for without end.
        """
        options: dict[str, Any] = {"hide_parameters": True}
        if self.sqlalchemy_url.startswith("postgresql"):
            own = parse_qs(urlsplit(self.sqlalchemy_url).query).get("options", [])
            limits = f"-c lock_timeout={LOCK_SECONDS}s -c statement_timeout={self.statement_seconds}s"
            options |= {"pool_pre_ping": True}
            options["connect_args"] = {"options": " ".join([limits, *own]), **SILENCE}
        return options

    @property
    def hosts(self) -> list[str] | None:
        """In production only the server's own name is answered, unless more are named."""
        own = [urlsplit(self.base_url).hostname or ""] if self.is_production else []
        return list(self.trusted_hosts) or own or None

    def flask(self) -> dict[str, Any]:
        """The same settings under the names Flask and its extensions know."""
        return {
            "SECRET_KEY": self.secret_key,
            "SECRET_KEY_FALLBACKS": list(self.secret_key_fallbacks),
            "SQLALCHEMY_DATABASE_URI": self.sqlalchemy_url,
            "SQLALCHEMY_ENGINE_OPTIONS": self.engine_options,
            "SESSION_COOKIE_NAME": "__Host-concord" if self.is_production else "concord",
            "SESSION_COOKIE_SECURE": self.is_production,
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "SESSION_COOKIE_PATH": "/",
            "PERMANENT_SESSION_LIFETIME": 14 * 24 * 3600,
            "TRUSTED_HOSTS": self.hosts,
            "MAX_CONTENT_LENGTH": self.max_upload,
            "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
            "WTF_CSRF_TIME_LIMIT": None,
            "BABEL_TRANSLATION_DIRECTORIES": "../translations",
            "TEMPLATES_AUTO_RELOAD": False,
        }


def _refuse_to_serve_with_less(text: Callable[[str], str], several: Callable[[str], tuple[str, ...]]) -> None:
    """:raises SettingMissing: in production something would be missing, or protect nothing."""
    for name in ("DATABASE_URL", "SECRET_KEY", "BASE_URL", "MAIL_URL", "SIGNING_KEY_FILE"):
        if not text(name):
            raise SettingMissing(f"CONCORD_{name} must be set in production; see docs/operation.md.")
    if not text("BASE_URL").startswith("https://"):
        raise SettingMissing("CONCORD_BASE_URL must begin with https:// in production.")
    if not os.access(text("SIGNING_KEY_FILE"), os.R_OK):
        raise SettingMissing(
            f"CONCORD_SIGNING_KEY_FILE: this account cannot read {text('SIGNING_KEY_FILE')}."
        )
    token = [text("METRICS_TOKEN")] if text("METRICS_TOKEN") else []
    for secret in (text("SECRET_KEY"), *several("SECRET_KEY_FALLBACKS"), *token):
        if len(secret.encode()) < LEAST_SECRET:
            raise SettingMissing(
                "CONCORD_SECRET_KEY, its fallbacks and CONCORD_METRICS_TOKEN need at least "
                f"{LEAST_SECRET} bytes in production; see docs/operation.md."
            )


def _development_key(data_dir: Path) -> str:
    """A secret kept beside the data, so that sign-ins survive a restart without any setting."""
    path = data_dir / "secret-key"
    data_dir.mkdir(parents=True, exist_ok=True)
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
    except FileExistsError:
        pass
    return path.read_text().strip()
