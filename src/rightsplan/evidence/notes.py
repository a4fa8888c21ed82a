"""Signed checkpoints: C2SP signed-note, tlog-checkpoint, Ed25519 (algorithm byte 1)."""

import base64
import binascii
import hashlib
import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from rightsplan.errors import Damaged, Refused

ED25519 = b"\x01"
SIGNATURE_MARK = "\u2014 "


def key_hash(name: str, public: bytes) -> bytes:
    """Return the first four bytes of SHA-256(name, newline, algorithm, public key)."""
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + public).digest()[:4]


@dataclass(frozen=True, slots=True)
class Signer:
    """A named private key (32-byte seed)."""

    name: str
    seed: bytes

    @classmethod
    def generate(cls, name: str) -> "Signer":
        """Make a new key from the system's random source."""
        return cls(checked_name(name), secrets.token_bytes(32))

    @classmethod
    def parse(cls, text: str) -> "Signer":
        """Read `PRIVATE+KEY+name+hash+base64`. Raises Refused with the remedy; the text is never shown."""
        parts = text.strip().split("+", 4)
        try:
            if parts[:2] != ["PRIVATE", "KEY"]:
                raise ValueError
            raw = base64.b64decode(parts[4], validate=True)
            signer = cls(checked_name(parts[2]), raw[1:])
            if raw[:1] != ED25519 or len(raw) != 33 or signer.hash.hex() != parts[3]:
                raise ValueError
        except (ValueError, IndexError, binascii.Error) as error:
            raise Refused(
                "The log's private key is not in signed-note form.",
                "Set RIGHTSPLAN_LOG_KEY to PRIVATE+KEY+name+hash+key.",
            ) from error
        return signer

    @property
    def public(self) -> bytes:
        """Return the 32-byte public key."""
        key = Ed25519PrivateKey.from_private_bytes(self.seed).public_key()
        return key.public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def hash(self) -> bytes:
        """Return the four-byte key hash."""
        return key_hash(self.name, self.public)

    @property
    def verifier_key(self) -> str:
        """Return `name+hash+base64`, the text that verifiers are given."""
        return f"{self.name}+{self.hash.hex()}+{base64.b64encode(ED25519 + self.public).decode()}"

    def encode(self) -> str:
        """Return the private key as text; keep it secret."""
        return f"PRIVATE+KEY+{self.name}+{self.hash.hex()}+{base64.b64encode(ED25519 + self.seed).decode()}"

    def sign(self, text: str) -> str:
        """Return the note: text, empty line, signature line. The text must end with a newline."""
        signature = Ed25519PrivateKey.from_private_bytes(self.seed).sign(text.encode())
        return f"{text}\n{SIGNATURE_MARK}{self.name} {base64.b64encode(self.hash + signature).decode()}\n"


@dataclass(frozen=True, slots=True)
class Verifier:
    """A named public key."""

    name: str
    public: bytes

    @classmethod
    def parse(cls, text: str) -> "Verifier":
        """Read `name+hash+base64`. Raises Refused."""
        parts = text.strip().split("+", 2)
        try:
            raw = base64.b64decode(parts[2], validate=True)
            verifier = cls(checked_name(parts[0]), raw[1:])
            if raw[:1] != ED25519 or len(raw) != 33 or key_hash(parts[0], raw[1:]).hex() != parts[1]:
                raise ValueError
        except (ValueError, IndexError, binascii.Error) as error:
            raise Refused(
                "The verifier key is malformed.", "Write it as name+hash+key, as the log publishes it."
            ) from error
        return verifier

    def open(self, note: str) -> str:
        """Return the signed text of a note. Raises Damaged where no signature by this key verifies."""
        text, separator, signatures = note.rpartition("\n\n")
        if not separator:
            raise Damaged("it has no signature", "log/checkpoint")
        signed = text + "\n"
        for line in signatures.splitlines():
            mark, _, value = line.removeprefix(SIGNATURE_MARK).rpartition(" ")
            if mark == self.name and line.startswith(SIGNATURE_MARK) and self._matches(value, signed):
                return signed
        raise Damaged("no signature by the log's key verifies", "log/checkpoint")

    def _matches(self, value: str, signed: str) -> bool:
        try:
            raw = base64.b64decode(value, validate=True)
            if raw[:4] != key_hash(self.name, self.public):
                return False
            Ed25519PublicKey.from_public_bytes(self.public).verify(raw[4:], signed.encode())
        except (binascii.Error, InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The log's origin, size and root hash at one moment."""

    origin: str
    size: int
    root: bytes

    def to_text(self) -> str:
        """Return the note text of C2SP tlog-checkpoint."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """Read the note text. Raises Damaged."""
        lines = text.split("\n")
        try:
            if str(int(lines[1])) != lines[1] or int(lines[1]) < 0:
                raise ValueError
            root = base64.b64decode(lines[2], validate=True)
            if not lines[0] or len(root) != 32:
                raise ValueError
        except (IndexError, ValueError, binascii.Error) as error:
            raise Damaged("it is malformed", "log/checkpoint") from error
        return cls(lines[0], int(lines[1]), root)


def checked_name(name: str) -> str:
    """Return the key name; blanks and plus signs are not allowed in it."""
    if not name or "+" in name or any(c.isspace() for c in name):
        raise Refused(f"{name!r} cannot name a log key.", "Use a name without blanks and plus signs.")
    return name
