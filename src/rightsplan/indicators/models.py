"""Definitions of indicators, accepted batches, assessments and their publication."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from rightsplan.bodies.models import Place
from rightsplan.plans.models import PlanRevision, Target


class Role(models.TextChoices):
    """Who says it. Both stand side by side; neither hides the other."""

    OFFICIAL = "official"
    INDEPENDENT = "independent"


class Indicator(models.Model):
    """What is measured, for which right, in which unit, with which natural bounds."""

    class Kind(models.TextChoices):
        STRUCTURAL = "structural"
        PROCESS = "process"
        OUTCOME = "outcome"

    confidentiality = dict.fromkeys(
        [
            "id", "code", "name", "language", "unit", "better", "right", "attribute", "kind", "lower", "upper",
            "measured_as", "sdg", "definition", "source", "expected_dimensions",
        ],
        "public",
    )  # fmt: skip

    code = models.CharField(max_length=80, unique=True)
    name = models.JSONField(default=dict)
    language = models.CharField(max_length=20, default="en")
    unit = models.CharField(max_length=80)
    better = models.CharField(max_length=10)
    right = models.CharField(max_length=40, blank=True, db_index=True)
    attribute = models.CharField(max_length=80, blank=True)
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.OUTCOME)
    lower = models.FloatField(null=True, blank=True)
    upper = models.FloatField(null=True, blank=True)
    measured_as = models.CharField(max_length=10, default="level")
    sdg = models.CharField(max_length=20, blank=True)
    definition = models.JSONField(default=dict)
    source = models.TextField(blank=True)
    expected_dimensions = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class Batch(models.Model):
    """An immutable set of observations; the data lie in Parquet under their SHA-256."""

    confidentiality = {
        "id": "internal", "sha256": "public", "title": "public", "source": "public", "publisher": "public",
        "url": "public", "licence": "public", "role": "public", "retrieved": "public", "accepted_at": "public",
        "accepted_by": "internal", "supersedes": "public", "rows": "public", "first_period": "public",
        "last_period": "public", "file": "public", "note": "public", "log_index": "public",
    }  # fmt: skip

    sha256 = models.CharField(max_length=64, unique=True)
    title = models.CharField(max_length=300)
    source = models.TextField()
    publisher = models.CharField(max_length=300, blank=True)
    url = models.URLField(max_length=1000, blank=True)
    licence = models.CharField(max_length=300)
    role = models.CharField(max_length=20, choices=Role.choices)
    retrieved = models.DateField()
    accepted_at = models.DateTimeField()
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    supersedes = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="superseded_by"
    )
    rows = models.PositiveIntegerField()
    first_period = models.CharField(max_length=10, blank=True)
    last_period = models.CharField(max_length=10, blank=True)
    file = models.CharField(max_length=300, blank=True)
    note = models.TextField(blank=True)
    log_index = models.BigIntegerField()
    is_new = False  # not a column: set by accept_batch on the batch that it has just stored

    class Meta:
        ordering = ["-accepted_at", "-log_index"]

    def __str__(self) -> str:
        return self.sha256[:12]


class Coverage(models.Model):
    """Which indicator a batch holds, for how many places and periods: says what data there are without reading them."""

    confidentiality = dict.fromkeys(
        ["id", "batch", "indicator", "rows", "places", "first_period", "last_period", "dimensions"], "public"
    )

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="coverage")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="coverage")
    rows = models.PositiveIntegerField()
    places = models.PositiveIntegerField()
    first_period = models.CharField(max_length=10)
    last_period = models.CharField(max_length=10)
    dimensions = models.CharField(max_length=200, blank=True)  # "sex;age"

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "indicator"], name="coverage_once")]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.indicator_id}"


class Publication(models.Model):
    """A set of assessments proposed by one person and published by another; never changed afterwards."""

    confidentiality = {
        "id": "internal", "number": "public", "as_of": "public", "proposed_at": "public", "proposed_by": "internal",
        "published_at": "public", "published_by": "internal", "sha256": "public", "count": "public",
        "log_index": "public", "plan_revisions": "public",
    }  # fmt: skip

    number = models.PositiveIntegerField(unique=True)
    as_of = models.DateField()
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    plan_revisions = models.ManyToManyField(PlanRevision, related_name="publications")
    sha256 = models.CharField(max_length=64)
    count = models.PositiveIntegerField()
    log_index = models.BigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(published_by__isnull=True) | ~Q(published_by=F("proposed_by")),
                name="second_person_publishes",
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True, published_by__isnull=True, log_index__isnull=True)
                | Q(published_at__isnull=False, published_by__isnull=False, log_index__isnull=False),
                name="published_completely_or_not",
            ),
        ]

    def __str__(self) -> str:
        return f"publication {self.number}"


class Assessment(models.Model):
    """One published line: the promise, the inputs, the method with its version and the result."""

    confidentiality = dict.fromkeys(
        [
            "id", "publication", "line_id", "target", "role", "place", "group", "method", "version", "verdict",
            "reason", "inputs", "promise", "result", "points", "moved_back",
        ],
        "public",
    )  # fmt: skip

    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="assessments")
    line_id = models.CharField(max_length=200)
    target = models.ForeignKey(Target, null=True, on_delete=models.PROTECT, related_name="assessments")
    role = models.CharField(max_length=20, choices=Role.choices, blank=True)
    place = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, related_name="assessments")
    group = models.CharField(max_length=200, blank=True)  # "sex=F", empty: everyone
    method = models.CharField(max_length=40)
    version = models.CharField(max_length=20)
    verdict = models.CharField(max_length=20, blank=True, db_index=True)
    reason = models.CharField(max_length=40, blank=True)
    inputs = models.JSONField(default=list)
    promise = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    points = models.JSONField(default=list)  # [[period, value, lower, upper, status], ...] as in the batches
    moved_back = models.FloatField(
        null=True, blank=True
    )  # loss since the best value ever, as a share of the promised change

    class Meta:
        ordering = ["publication", "line_id"]
        constraints = [models.UniqueConstraint(fields=["publication", "line_id"], name="line_once_in_publication")]

    def __str__(self) -> str:
        return self.line_id
