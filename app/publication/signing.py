"""The publisher's key and signatures: Ed25519 (pure but for reading the key's file)."""

import contextlib
import os
import tempfile
from pathlib import Path

from app.foundation.errors import N_, RuleBroken
from app.foundation.libraries import cryptography, ed25519, serialization


class KeyMissing(RuleBroken):
    code = "key-missing"
    message = N_("There is no usable signing key at %(path)s. Create one with: %(command)s")


def key_at(path: Path, *, may_create: bool) -> "ed25519.Ed25519PrivateKey":
    """The key in a PEM file; made there, readable by its owner alone, where it may be and is missing.

    :raises KeyMissing: there is none, or the file holds something else.
    """
    if may_create and not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        body = ed25519.Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        with tempfile.NamedTemporaryFile(dir=path.parent) as file:  # readable by its owner alone
            file.write(body)
            file.flush()
            # Another process may be faster: its key is as good, and is never seen half-written.
            with contextlib.suppress(FileExistsError):
                os.link(file.name, path)
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise _missing(path) from error
    if not isinstance(key, ed25519.Ed25519PrivateKey):
        raise _missing(path)
    return key


def _missing(path: Path) -> KeyMissing:
    return KeyMissing(path=path, command=f"openssl genpkey -algorithm ed25519 -out {path}")


def public_hex(key: "ed25519.Ed25519PrivateKey") -> str:
    """The public key, 64 hexadecimal digits."""
    raw = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return raw.hex()


def is_signed_by(public: str, signature: bytes, body: bytes) -> bool:
    """Whether ``signature`` over ``body`` was made with the key whose public half is ``public``."""
    try:
        ed25519.Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(signature, body)
    except (cryptography.exceptions.InvalidSignature, ValueError):
        return False
    return True
