"""What the tests of the vocabulary share: a folder of an instance, and the bundled vocabulary again afterwards."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rightsplan import vocabulary

Write = Callable[..., Path]


@pytest.fixture(autouse=True)
def bundled_afterwards() -> Iterator[None]:
    """Leave no word of one test to the next."""
    yield
    vocabulary.use_folder(None)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return a function that writes the files of an instance (`rights="header\\nrow"`) and returns their folder."""

    def write_files(**files: str) -> Path:
        folder = tmp_path / "words"
        folder.mkdir(exist_ok=True)
        for name, text in files.items():
            (folder / f"{name}.csv").write_text(text, encoding="utf-8")
        return folder

    return write_files
