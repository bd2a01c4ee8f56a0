"""The examples of nginx and Caddy, started before a server on ports of their own."""

import datetime as dt
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DEPLOY = Path(__file__).parent.parent.parent / "deploy"
PAGES = "/opt/concord/deploy/pages"
HOST = "concord.example.org"
START_SECONDS = 20
#: What Debian's /etc/nginx/nginx.conf is to the example.
AROUND = """daemon off; {user} pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 2048; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    types {{ text/html html; }}
    include {folder}/concord.conf;
}}
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def certificate(folder: Path) -> None:
    """Write fullchain.pem and privkey.pem for the example's host."""
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)]),
    )
    now = dt.datetime.now(dt.UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + dt.timedelta(days=1))
    (folder / "fullchain.pem").write_bytes(
        made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    )
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "privkey.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, *plain))


def changed(text: str, changes: dict[str, str]) -> str:
    """The text with each of the words in place of another; they all occur."""
    for before, after in changes.items():
        assert before in text, before
        text = text.replace(before, after)
    return text


@contextmanager
def nginx(folder: Path, server: int, *, pages: Path = DEPLOY / "pages") -> Iterator[int]:
    """nginx with deploy/nginx.conf before the port ``server``; the port at which it answers over TLS."""
    port = free_port()
    certificate(folder)
    places = {
        "127.0.0.1:8000": f"127.0.0.1:{server}",
        "listen 443 ": f"listen 127.0.0.1:{port} ",
        "listen 80;": f"listen 127.0.0.1:{free_port()};",
        "    listen [::]:443 ssl http2;\n": "",
        "    listen [::]:80;\n": "",
        f"/etc/letsencrypt/live/{HOST}": str(folder),
        "/var/lib/nginx/concord": str(folder / "cache"),
        "/var/log/nginx": str(folder),
        PAGES: str(pages),
    }
    (folder / "concord.conf").write_text(changed((DEPLOY / "nginx.conf").read_text(), places))
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder, user=user))
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    assert program is not None, "nginx is missing"
    command = [program, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]
    tried = subprocess.run([*command, "-t"], check=False, capture_output=True, text=True)
    assert tried.returncode == 0 and "[warn]" not in tried.stderr, tried.stderr
    with _running(command, port):
        yield port


@contextmanager
def caddy(folder: Path, server: int) -> Iterator[int]:
    """Caddy with deploy/Caddyfile before the port ``server``; the port at which it answers, without TLS."""
    port = free_port()
    (folder / "Caddyfile").write_text(
        changed((DEPLOY / "Caddyfile").read_text(), {PAGES: str(DEPLOY / "pages")})
    )
    environment = os.environ | {
        "CONCORD_HOST": f"http://127.0.0.1:{port}",
        "CONCORD_SERVER": f"127.0.0.1:{server}",
        "HOME": str(folder),
    }
    command = ["caddy", "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]
    with _running(command, port, environment, folder / "caddy.log"):
        yield port


@contextmanager
def _running(
    command: list[str], port: int, environment: dict[str, str] | None = None, log: Path = Path(os.devnull)
) -> Iterator[None]:
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
    try:
        until = time.monotonic() + START_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                assert process.poll() is None and time.monotonic() < until, command
                time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(START_SECONDS)
