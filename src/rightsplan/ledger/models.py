"""Django's side of the append-only public log."""

from django.conf import settings
from django.db import models


class LogEntry(models.Model):
    """One leaf of the log. Triggers in the database refuse UPDATE and DELETE."""

    confidentiality = {
        "index": "public",
        "kind": "public",
        "subject": "public",
        "data": "public",
        "leaf_hash": "public",
        "at": "public",
        "by": "internal",
    }

    index = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=20)
    subject = models.CharField(max_length=120, db_index=True)  # batch hash, plan code, publication number
    data = models.BinaryField()  # the canonical JSON that is hashed
    leaf_hash = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["index"]
        constraints = [models.CheckConstraint(condition=models.Q(index__gte=0), name="log_index_not_negative")]

    def __str__(self) -> str:
        return f"{self.index} {self.kind} {self.subject}"


class Checkpoint(models.Model):
    """A signed statement of the log's size and root."""

    confidentiality = dict.fromkeys(["size", "root", "note", "at"], "public")

    size = models.BigIntegerField(primary_key=True)
    root = models.CharField(max_length=64)
    note = models.TextField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["-size"]

    def __str__(self) -> str:
        return f"{self.size} {self.root[:12]}"
