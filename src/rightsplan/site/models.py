"""The search index: what can be found, and the words it is found by. Rebuilt at every publication."""

from django.db import models


class SearchEntry(models.Model):
    """One thing that has a page."""

    confidentiality = dict.fromkeys(["id", "kind", "code", "title"], "public")

    kind = models.CharField(max_length=20)
    code = models.CharField(max_length=80)
    title = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "code"], name="search_entry_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"


class SearchTerm(models.Model):
    """A word, the beginning of a word, or one or two letters of a script without spaces. Heavier is nearer."""

    confidentiality = dict.fromkeys(["id", "entry", "term", "weight"], "public")

    entry = models.ForeignKey(SearchEntry, on_delete=models.CASCADE, related_name="terms")
    term = models.CharField(max_length=40)
    weight = models.PositiveSmallIntegerField()

    class Meta:
        indexes = [models.Index(fields=["term", "entry"], name="search_by_term")]
        constraints = [models.UniqueConstraint(fields=["entry", "term"], name="search_term_once")]

    def __str__(self) -> str:
        return self.term
