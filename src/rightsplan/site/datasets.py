"""Schema.org descriptions of data, so that search engines for data find them."""

import json
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from rightsplan.indicators import exports
from rightsplan.indicators.models import Batch, Indicator
from rightsplan.site.texts import plain

# Inside a script element only these could end it.
ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def of_indicator(indicator: Indicator, batches: Iterable[Batch]) -> SafeString:
    """Return the description of an indicator's observations."""
    rests_on = list(batches)
    files = [(exports.MEDIA[kind], suffix) for kind, suffix in exports.SUFFIX.items()]
    facts = {
        "name": plain(indicator.name) or indicator.code,
        "description": plain(indicator.definition) or plain(indicator.name) or indicator.code,
        "url": absolute(reverse("indicator", args=[indicator.code])),
        "identifier": indicator.code,
        "creator": [creator(b) for b in rests_on],
        "license": list(dict.fromkeys(b.licence for b in rests_on)),
        "variableMeasured": {"@type": "PropertyValue", "name": indicator.code, "unitText": indicator.unit},
        "isBasedOn": [absolute(reverse("batch", args=[b.sha256])) for b in rests_on],
        "temporalCoverage": coverage(rests_on),
        "distribution": [download(reverse("download", args=[indicator.code, s]), kind) for kind, s in files],
    }
    return script(facts)


def of_batch(batch: Batch) -> SafeString:
    """Return the description of one immutable batch."""
    facts = {
        "name": batch.title,
        "description": f"{batch.title}. {batch.source}.",
        "url": absolute(reverse("batch", args=[batch.sha256])),
        "identifier": f"urn:sha256:{batch.sha256}",
        "creator": creator(batch),
        "license": batch.licence,
        "isBasedOn": batch.url,
        "dateModified": batch.accepted_at.date().isoformat(),
        "temporalCoverage": coverage([batch]),
        "distribution": [download(f"/published/batches/{batch.sha256}.parquet", exports.MEDIA["parquet"])],
    }
    return script(facts)


def creator(batch: Batch) -> dict[str, str]:
    """Return who collected the data."""
    return {"@type": "Organization", "name": batch.publisher or batch.source}


def coverage(batches: list[Batch]) -> str:
    """Return the first and last period as an interval."""
    first = min((b.first_period for b in batches if b.first_period), default="")
    last = max((b.last_period for b in batches if b.last_period), default="")
    return f"{first}/{last}" if first else ""


def download(address: str, kind: str) -> dict[str, str]:
    """Return one file."""
    return {"@type": "DataDownload", "encodingFormat": kind.partition(";")[0], "contentUrl": absolute(address)}


def absolute(path: str) -> str:
    """Return an address with its host."""
    return f"{settings.SITE_URL}{path}"


def script(facts: dict[str, Any]) -> SafeString:
    """Return the element; it holds data and runs nothing."""
    head = {"@context": "https://schema.org", "@type": "Dataset", "inLanguage": get_language() or "en"}
    known = {name: value for name, value in facts.items() if value not in ("", [], None)}
    text = json.dumps(head | known, ensure_ascii=False).translate(ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308  escaped above
