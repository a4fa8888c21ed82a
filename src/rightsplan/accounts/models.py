"""Who acts. Sign-in, roles and invitations are built on this; the public site never reads it."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models


class PersonManager(BaseUserManager["Person"]):
    """Finds people by their code."""

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(code=username)


class Person(AbstractBaseUser):
    """One human being who imports, assesses or publishes; named in the log by `code` alone."""

    confidentiality = {
        "id": "internal",
        "password": "secret",
        "last_login": "personal",
        "code": "public",
        "name": "personal",
        "is_active": "internal",
    }

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "code"
    objects = PersonManager()

    def __str__(self) -> str:
        return self.code
