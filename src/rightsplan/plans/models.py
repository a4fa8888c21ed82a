"""Plan > chapter > measure > target, and the revisions that say what was promised when."""

from django.conf import settings
from django.db import models

from rightsplan.bodies.models import Body, Place


class Plan(models.Model):
    """A human-rights action plan, or a parent plan whose targets it rests on."""

    confidentiality = dict.fromkeys(
        [
            "id", "code", "title", "language", "jurisdiction", "start", "end", "predecessor", "parent_plan",
            "is_example", "note",
        ],
        "public",
    )  # fmt: skip

    code = models.CharField(max_length=40, unique=True)
    title = models.JSONField(default=dict)
    language = models.CharField(max_length=20, default="en")
    jurisdiction = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="plans")
    start = models.DateField()
    end = models.DateField()
    predecessor = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="successors")
    parent_plan = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    is_example = models.BooleanField(default=False)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["jurisdiction__code", "start", "code"]
        constraints = [
            models.CheckConstraint(condition=models.Q(end__gte=models.F("start")), name="plan_ends_after_start")
        ]

    def __str__(self) -> str:
        return self.code


class PlanRevision(models.Model):
    """What a plan promised from one import on: canonical JSON, its hash and its place in the log. Never changed."""

    confidentiality = {
        "id": "internal", "plan": "public", "number": "public", "sha256": "public", "document": "public",
        "at": "public", "by": "internal", "log_index": "public",
    }  # fmt: skip

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    document = models.TextField()  # canonical JSON as text: the hash is over its UTF-8 bytes
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    log_index = models.BigIntegerField()

    class Meta:
        ordering = ["plan", "-number"]
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="plan_revision_once")]

    def __str__(self) -> str:
        return f"{self.plan_id} r{self.number}"


class Chapter(models.Model):
    """A part of a plan."""

    confidentiality = dict.fromkeys(["id", "plan", "number", "title", "position"], "public")

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="chapters")
    number = models.CharField(max_length=20)
    title = models.JSONField(default=dict)
    position = models.PositiveIntegerField()

    class Meta:
        ordering = ["plan", "position"]
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="chapter_once_in_plan")]

    def __str__(self) -> str:
        return f"{self.plan.code} chapter {self.number}"


class Measure(models.Model):
    """What will be done. Rights and groups are vocabulary codes between semicolons: `;health;food;`."""

    confidentiality = dict.fromkeys(
        [
            "id", "code", "plan", "chapter", "title", "language", "rights", "groups", "lead_body",
            "supporting_bodies", "due", "position", "dropped",
        ],
        "public",
    )  # fmt: skip

    code = models.CharField(max_length=60, unique=True)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="measures")
    chapter = models.ForeignKey(Chapter, on_delete=models.CASCADE, related_name="measures")
    title = models.JSONField(default=dict)
    language = models.CharField(max_length=20, default="en")
    rights = models.CharField(max_length=400, blank=True, default="")
    groups = models.CharField(max_length=400, blank=True, default="")
    lead_body = models.ForeignKey(Body, null=True, blank=True, on_delete=models.PROTECT, related_name="leads")
    supporting_bodies = models.ManyToManyField(Body, blank=True, related_name="supports")
    due = models.DateField(null=True, blank=True)
    position = models.PositiveIntegerField()
    dropped = models.BooleanField(default=False)  # in an earlier revision, not in the present one

    class Meta:
        ordering = ["plan", "position"]

    def __str__(self) -> str:
        return self.code


class Target(models.Model):
    """One promise that can be judged. `promise` is the dictionary form of `stats.progress.Promise`."""

    class Force(models.TextChoices):
        BINDING = "binding"
        EXPECTED = "expected"
        UNKNOWN = ""

    confidentiality = dict.fromkeys(
        [
            "id", "code", "measure", "title", "indicator", "unit", "kind", "force", "promise", "group",
            "target_year", "reported_view", "reported_source", "source", "note", "position", "dropped", "language",
        ],
        "public",
    )  # fmt: skip

    code = models.CharField(max_length=60, unique=True)
    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="targets")
    title = models.JSONField(default=dict)
    language = models.CharField(max_length=20, default="en")
    indicator = models.CharField(max_length=80, blank=True, db_index=True)  # code; empty for qualitative promises
    unit = models.CharField(max_length=80, blank=True)
    kind = models.CharField(max_length=20)
    force = models.CharField(max_length=20, choices=Force.choices, blank=True)
    promise = models.JSONField(default=dict)
    group = models.CharField(max_length=200, blank=True)  # "sex=F;age=15-24", empty: everyone
    target_year = models.FloatField(null=True, blank=True)
    reported_view = models.TextField(blank=True)  # what the body says of itself, in its own words
    reported_source = models.TextField(blank=True)
    source = models.TextField(blank=True)
    note = models.TextField(blank=True)
    position = models.PositiveIntegerField()
    dropped = models.BooleanField(default=False)

    class Meta:
        ordering = ["measure__plan", "position"]

    def __str__(self) -> str:
        return self.code
