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
MOST_SIGNATURES = 100  # as Go's reference implementation; the specification asks for at least 16


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
        """Return the note: text, empty line, signature line.

        Raises Refused for a text without a newline at its end and for control characters.
        """
        if not text.endswith("\n") or has_control_characters(text):
            raise Refused("This text cannot be signed.", "End it with a newline and use no other control character.")
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
        """Return the signed text of a note, without its signatures.

        Signatures by other keys are ignored. Raises Damaged for a malformed note, where no signature is by this key,
        and where one by this key does not verify (C2SP signed-note, "Signatures").
        """
        text, separator, tail = note.rpartition("\n\n")
        lines = tail.split("\n")
        if not separator or lines.pop() or not lines or has_control_characters(note):
            raise Damaged("it is no signed note", "log/checkpoint")
        if len(lines) > MOST_SIGNATURES:
            raise Damaged(f"it has more than {MOST_SIGNATURES} signatures", "log/checkpoint")
        known = (self.name, key_hash(self.name, self.public))
        own = [signature for name, key, signature in map(signature_of, lines) if (name, key) == known]
        if not own:
            raise Damaged("no signature is by the log's key", "log/checkpoint")
        signed = text + "\n"
        try:
            for signature in own:
                Ed25519PublicKey.from_public_bytes(self.public).verify(signature, signed.encode())
        except (InvalidSignature, ValueError) as error:
            raise Damaged("the signature by the log's key does not verify", "log/checkpoint") from error
        return signed


def signature_of(line: str) -> tuple[str, bytes, bytes]:
    """Return key name, key hash and signature of a signature line. Raises Damaged."""
    name, _, value = line.removeprefix(SIGNATURE_MARK).partition(" ")
    try:
        raw = base64.b64decode(value, validate=True)
        if not line.startswith(SIGNATURE_MARK) or checked_name(name) != name or len(raw) < 5:
            raise ValueError
    except (ValueError, Refused) as error:
        raise Damaged("a signature line is malformed", "log/checkpoint") from error
    return name, raw[:4], raw[4:]


def has_control_characters(text: str) -> bool:
    """Say whether a note holds a control character other than the newline."""
    return any(character < " " and character != "\n" for character in text)


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
