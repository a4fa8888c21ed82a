"""What every test shares: the network is off, and nothing is written outside the test's own folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import transaction
from django.test import Client
from pytest_django import DjangoDbBlocker, Settings
from pytest_socket import socket_allow_hosts

from rightsplan.accounts.models import Person
from rightsplan.demo.load import load

FOLDERS = {"DATA_DIR": ".", "BATCH_DIR": "batches", "PUBLISHED_DIR": "published", "CACHE_DIR": "cache"}
LOCAL_HOSTS = ["127.0.0.1", "::1", "localhost"]
DATABASE_FIXTURES = {"db", "transactional_db", "django_db_reset_sequences", "live_server"}


def pytest_configure(config: pytest.Config) -> None:
    """Name the mark by which `make postgres` finds the tests to run again on PostgreSQL."""
    config.addinivalue_line("markers", "database: uses the database (set automatically)")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test that asks for a database."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if item.get_closest_marker("django_db") or fixtures & DATABASE_FIXTURES:
            item.add_marker("database")


@pytest.hookimpl(trylast=True)
def pytest_runtest_setup() -> None:
    """Refuse every connection that leaves this machine."""
    socket_allow_hosts(LOCAL_HOSTS, allow_unix_socket=True)


@pytest.fixture(autouse=True)
def own_folders(settings: Settings, tmp_path: Path) -> Path:
    """Let batches, the published folder and caches lie in the test's own folder."""
    data = tmp_path / "data"
    settings.DATA_DIR = data
    settings.BATCH_DIR = data / "batches"
    settings.PUBLISHED_DIR = data / "published"
    settings.CACHE_DIR = data / "cache"
    data.mkdir()
    return data


@pytest.fixture
def alice(db: None) -> Person:
    """Return the one who imports and proposes."""
    return Person.objects.create(code="alice", name="Alice")


@pytest.fixture
def bob(db: None) -> Person:
    """Return the second pair of eyes."""
    return Person.objects.create(code="bob", name="Bob")


@pytest.fixture
def charlie(db: None) -> Person:
    """Return somebody who has no part in it."""
    return Person.objects.create(code="charlie", name="Charlie")


@pytest.fixture(scope="module")
def loaded(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """Return the data folder of the loaded and published example."""
    folder = tmp_path_factory.mktemp("example")
    patch = pytest.MonkeyPatch()
    with django_db_blocker.unblock(), transaction.atomic():
        for name, sub in FOLDERS.items():
            patch.setattr(django_settings, name, folder / sub)
        load(part="example", say=lambda sentence: None, progress=lambda stage, done, total: None)
        patch.undo()
        yield folder
        transaction.set_rollback(True)


@pytest.fixture
def site(loaded: Path, db: None, own_folders: Path, settings: Settings, client: Client) -> Client:
    """Return a reader's browser on the example's site; pages are made anew for every test."""
    for name, sub in FOLDERS.items():
        setattr(settings, name, loaded / sub)
    settings.PAGE_CACHE = False
    settings.STATIC_ROOT = str(own_folders)
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    return client
