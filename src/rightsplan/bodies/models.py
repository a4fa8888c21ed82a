"""Duty-bearers in a tree, and the places they answer for."""

from django.db import models


class Place(models.Model):
    """A territorial unit. `path` holds the codes from the root, so that a subtree is one prefix query."""

    class Level(models.TextChoices):
        WORLD = "world"
        COUNTRY = "country"
        REGION = "region"
        PROVINCE = "province"
        PREFECTURE = "prefecture"
        COUNTY = "county"
        MUNICIPALITY = "municipality"

    confidentiality = dict.fromkeys(
        ["id", "code", "name", "language", "level", "parent", "path", "iso3", "note", "boundary"], "public"
    )

    code = models.CharField(max_length=40, unique=True)
    name = models.JSONField(default=dict)
    language = models.CharField(max_length=20, default="en")
    level = models.CharField(max_length=20, choices=Level.choices)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    path = models.CharField(max_length=400, db_index=True)
    iso3 = models.CharField(max_length=3, blank=True)
    note = models.TextField(blank=True)
    boundary = models.JSONField(null=True, blank=True)  # a GeoJSON geometry

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class Body(models.Model):
    """A duty-bearer: ministry, court, agency, province. The lead of a measure answers for it."""

    class Level(models.TextChoices):
        NATIONAL = "national"
        PROVINCIAL = "provincial"
        MUNICIPAL = "municipal"
        COUNTY = "county"

    confidentiality = dict.fromkeys(
        ["id", "code", "name", "language", "kind", "level", "parent", "path", "place", "url"], "public"
    )

    code = models.CharField(max_length=80, unique=True)
    name = models.JSONField(default=dict)
    language = models.CharField(max_length=20, default="en")
    kind = models.CharField(max_length=20)
    level = models.CharField(max_length=20, choices=Level.choices)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    path = models.CharField(max_length=800, db_index=True)
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="bodies")
    url = models.URLField(max_length=500, blank=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code
