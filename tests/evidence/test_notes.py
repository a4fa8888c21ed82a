"""Notes and checkpoints are those of C2SP signed-note and tlog-checkpoint."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from rightsplan.errors import Damaged, Refused
from rightsplan.evidence.notes import MOST_SIGNATURES, Checkpoint, Signer, Verifier, key_hash

# The example of Go's reference implementation (golang.org/x/mod/sumdb/note, BSD-3-Clause).
PETER_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_PRIVATE = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PETER_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PETER_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
PETER_NOTE = f"{PETER_TEXT}\n{PETER_LINE}"
SUMDB_KEY = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
ENOCH = Signer("enoch.example/log", bytes(range(32)))
ENOCH_VERIFIER = Verifier.parse(ENOCH.verifier_key)


def test_the_published_example_is_signed_by_its_key() -> None:
    """Checked with the cryptography library alone, so that the example itself is known to be right."""
    public = base64.b64decode(PETER_KEY.split("+", 2)[2])[1:]
    signature = base64.b64decode(PETER_LINE.split(" ")[2])[4:]
    Ed25519PublicKey.from_public_bytes(public).verify(signature, PETER_TEXT.encode())


def test_the_published_example_is_opened_and_made_byte_for_byte() -> None:
    assert Verifier.parse(PETER_KEY).open(PETER_NOTE) == PETER_TEXT
    signer = Signer.parse(PETER_PRIVATE)
    assert signer.sign(PETER_TEXT) == PETER_NOTE
    assert signer.verifier_key == PETER_KEY
    assert signer.encode() == PETER_PRIVATE


def test_the_key_of_a_known_log_has_the_hash_it_is_published_with() -> None:
    verifier = Verifier.parse(SUMDB_KEY)
    assert (verifier.name, key_hash(verifier.name, verifier.public).hex()) == ("sum.golang.org", "033de0ae")


def manglings(text: str) -> list[str]:
    """Return every shorter piece and every text with one character moved on."""
    pieces = [text[i:j] for i in range(len(text)) for j in range(i + 1, len(text) + 1) if (i, j) != (0, len(text))]
    return [*pieces, *(text[:i] + chr(ord(text[i]) + 1) + text[i + 1 :] for i in range(len(text)))]


def test_no_mangled_key_is_read() -> None:
    for text in manglings(PETER_KEY):
        with pytest.raises(Refused, match=r"verifier key is malformed|cannot name a log key"):
            Verifier.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",  # too long, the hash fits
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",  # unknown algorithm, the hash fits
        PETER_KEY.upper(),
        PETER_KEY.replace("PeterNeumann", "Peter Neumann"),
        "",
        "++",
    ],
)
def test_a_wrong_key_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        Verifier.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "", PETER_KEY, PETER_PRIVATE[:-4], PETER_PRIVATE.replace("c74f20a3", "c74f20a4"), PETER_PRIVATE.lower(),
        PETER_PRIVATE.replace("AYEK", "AoEK"), PETER_PRIVATE.replace("KEY", "LOCK"), "PRIVATE+KEY+a+b+é",
    ],
)  # fmt: skip
def test_a_wrong_private_key_is_refused_without_being_shown(text: str) -> None:
    with pytest.raises(Refused) as refusal:
        Signer.parse(text)
    assert "AYEKFALV" not in f"{refusal.value.message} {refusal.value.remedy}"


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\tb", "a\u2003b", "a\n"])
def test_a_key_name_has_neither_blanks_nor_plus_signs(name: str) -> None:
    with pytest.raises(Refused, match="cannot name a log key"):
        Signer.generate(name)


def test_generated_keys_differ() -> None:
    assert Signer.generate("a").seed != Signer.generate("a").seed


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])), st.binary(min_size=32, max_size=32))
def test_any_signed_text_comes_back(text: str, seed: bytes) -> None:
    signer = Signer("any.example", seed)
    signed = f"{text}\n"
    assert Verifier.parse(signer.verifier_key).open(signer.sign(signed)) == signed
    assert Signer.parse(signer.encode()) == signer


def test_a_text_may_hold_empty_lines() -> None:
    text = "one\n\ntwo\n\n\nthree\n"
    assert ENOCH_VERIFIER.open(ENOCH.sign(text)) == text


@pytest.mark.parametrize("text", ["no newline", "", "a\tb\n", "a\r\n", "\x00\n"])
def test_what_is_no_note_text_is_not_signed(text: str) -> None:
    with pytest.raises(Refused, match="cannot be signed"):
        ENOCH.sign(text)


def test_no_changed_character_goes_unnoticed() -> None:
    for at in range(len(PETER_NOTE)):
        for other in {"x", "\n"} - {PETER_NOTE[at]}:
            with pytest.raises(Damaged):
                Verifier.parse(PETER_KEY).open(PETER_NOTE[:at] + other + PETER_NOTE[at + 1 :])


def test_no_cut_off_note_is_opened() -> None:
    for end in range(len(PETER_NOTE)):
        with pytest.raises(Damaged):
            Verifier.parse(PETER_KEY).open(PETER_NOTE[:end])


def test_a_note_of_several_signers_is_opened_by_the_key_of_each() -> None:
    note = PETER_NOTE + Signer("other.example", b"o" * 32).sign(PETER_TEXT).rpartition("\n\n")[2]
    note += ENOCH.sign(PETER_TEXT).rpartition("\n\n")[2]
    assert Verifier.parse(PETER_KEY).open(note) == PETER_TEXT
    assert ENOCH_VERIFIER.open(note) == PETER_TEXT


@pytest.mark.parametrize("count", [16, MOST_SIGNATURES - 1])
def test_signatures_of_strangers_are_ignored(count: int) -> None:
    strange = "".join(f"— stranger{i}.example {base64.b64encode(bytes(68)).decode()}\n" for i in range(count))
    assert Verifier.parse(PETER_KEY).open(f"{PETER_TEXT}\n{strange}{PETER_LINE}") == PETER_TEXT


def test_a_note_has_a_limited_number_of_signatures() -> None:
    with pytest.raises(Damaged, match="more than 100 signatures"):
        Verifier.parse(PETER_KEY).open(PETER_NOTE + PETER_LINE * MOST_SIGNATURES)


@pytest.mark.parametrize(
    ("signatures", "sentence"),
    [
        (ENOCH.sign("x\n").rpartition("\n\n")[2], "no signature is by the log's key"),
        (PETER_LINE.replace("PeterNeumann", "PeterNeuman"), "no signature is by the log's key"),
        (PETER_LINE.replace("x08go", "x08gp"), "no signature is by the log's key"),  # another key hash
        (PETER_LINE.replace("/ZJk", "/ZJl"), "does not verify"),
        (PETER_LINE + PETER_LINE.replace("/ZJk", "/ZJl"), "does not verify"),
        (PETER_LINE + "— x\n", "signature line is malformed"),
        (PETER_LINE + "- PeterNeumann x08go/ZJ\n", "signature line is malformed"),
        (PETER_LINE + "— other x08go/Z!\n", "signature line is malformed"),
        (PETER_LINE + "— other AAAA\n", "signature line is malformed"),
        (PETER_LINE + "— a+b x08go/ZJ\n", "signature line is malformed"),
        (PETER_LINE[:-1], "no signed note"),
        (PETER_LINE.replace("\n", "\r\n"), "no signed note"),
        ("", "no signed note"),
    ],
)
def test_what_is_wrong_with_signatures_is_said(signatures: str, sentence: str) -> None:
    with pytest.raises(Damaged, match=sentence) as damage:
        Verifier.parse(PETER_KEY).open(f"{PETER_TEXT}\n{signatures}")
    assert damage.value.where == "log/checkpoint"


@given(st.integers(0, 2**63), st.binary(min_size=32, max_size=32))
def test_any_checkpoint_comes_back(size: int, root: bytes) -> None:
    state = Checkpoint("evidence.example/log", size, root)
    assert Checkpoint.parse(state.to_text()) == state
    assert Checkpoint.parse(ENOCH_VERIFIER.open(ENOCH.sign(state.to_text()))) == state


def test_a_checkpoint_may_have_extension_lines() -> None:
    text = Checkpoint("evidence.example/log", 3, bytes(32)).to_text()
    assert Checkpoint.parse(f"{text}an extension\n") == Checkpoint.parse(text)


ROOT = base64.b64encode(bytes(32)).decode()


@pytest.mark.parametrize(
    "text",
    [
        "", "origin\n", "origin\n3\n", f"\n3\n{ROOT}\n", f"origin\n-1\n{ROOT}\n", f"origin\n03\n{ROOT}\n",
        f"origin\n+3\n{ROOT}\n", f"origin\n1_0\n{ROOT}\n", f"origin\n٣\n{ROOT}\n", f"origin\n3.0\n{ROOT}\n",
        f"origin\n{'9' * 5000}\n{ROOT}\n", "origin\n3\nAAAA\n", f"origin\n3\n{ROOT[:-1]}!\n",
    ],
)  # fmt: skip
def test_a_malformed_checkpoint_is_damage(text: str) -> None:
    with pytest.raises(Damaged, match="malformed"):
        Checkpoint.parse(text)
