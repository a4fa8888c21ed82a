"""The log's signing key: from the settings, or made once and kept readable by the owner alone."""

import contextlib
import os
import tempfile

from django.conf import settings

from rightsplan.evidence.notes import Signer


def signer() -> Signer:
    """Return the log's key. Raises Refused where the one in the settings is malformed."""
    if settings.LOG_KEY:
        return Signer.parse(settings.LOG_KEY)
    path = settings.DATA_DIR / "log_key"
    if not path.exists():
        # A complete file appears under its name or none: two first starts at once must agree on one key.
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=settings.DATA_DIR, prefix=".log_key-")
        try:
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(Signer.generate(settings.LOG_ORIGIN).encode())
                file.flush()
                os.fsync(file.fileno())
            with contextlib.suppress(FileExistsError):
                os.link(temporary, path)
        finally:
            os.unlink(temporary)
    return Signer.parse(path.read_text(encoding="ascii"))
