"""Tries strangers' Parquet files in a process of their own, because a damaged one can end the process that reads it."""

import contextlib
import struct
import subprocess
import sys
from types import TracebackType
from typing import BinaryIO

from rightsplan.errors import Damaged, Refused
from rightsplan.evidence.batches import parquet_of, prepare

LENGTH = struct.Struct(">Q")
COMMAND = [sys.executable, "-P", "-m", "rightsplan.evidence.probe"]


class Probe:
    """Computes names of batches in a child process, which is started when needed and again when a file ended it."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Probe":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def name_of(self, content: bytes, where: str) -> str:
        """Return the name of the batch in a Parquet file. Raises Damaged naming `where` where it is none."""
        answer = self._ask(content)
        if not answer:
            self.close()
            raise Damaged("it cannot be read as a batch (the reader broke down over it)", where)
        sign, _, text = answer.decode("utf-8").rstrip("\n").partition(" ")
        if sign != "name":
            raise Damaged(text, where)
        return text

    def _ask(self, content: bytes) -> bytes:
        if self._child is None:
            # Standard error is silenced: the reader prints pages about what becomes one sentence here.
            self._child = subprocess.Popen(  # noqa: S603  our own program
                COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        stdin, stdout = self._child.stdin, self._child.stdout
        if stdin is None or stdout is None:
            raise RuntimeError("the child process has no pipes")
        with contextlib.suppress(BrokenPipeError):  # it ended: then it gives no answer either
            stdin.write(LENGTH.pack(len(content)))
            stdin.write(content)
            stdin.flush()
        return stdout.readline()

    def close(self) -> None:
        """End the child process."""
        if self._child is not None:
            self._child.kill()
            with contextlib.suppress(BrokenPipeError):
                self._child.communicate()
            self._child = None


def answer(stdin: BinaryIO, stdout: BinaryIO) -> None:
    """Answer every file with one line, `name <sha256>` or `bad <sentence>`, until there are no more."""
    while head := stdin.read(LENGTH.size):
        content = stdin.read(LENGTH.unpack(head)[0])
        try:
            line = f"name {prepare(parquet_of(content, ''))[1]}"
        except Damaged as damage:
            line = f"bad {damage.message}"
        except Refused as refusal:
            line = f"bad it is no batch ({refusal.message})"
        stdout.write(line.encode("utf-8", errors="replace").replace(b"\n", b" ") + b"\n")
        stdout.flush()
        del content


if __name__ == "__main__":
    answer(sys.stdin.buffer, sys.stdout.buffer)
