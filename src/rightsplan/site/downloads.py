"""An indicator's observations as files, in every format that people ask for."""

import json

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

from rightsplan.indicators import exports
from rightsplan.indicators.models import Indicator
from rightsplan.site.audience import audience

BY_SUFFIX = {suffix: kind for kind, suffix in exports.SUFFIX.items()}
ABOUT = "csv-metadata.json"


@audience("public")
def indicator(request: HttpRequest, code: str, suffix: str) -> HttpResponse:
    """Send one indicator in one format."""
    found = Indicator.objects.filter(code=code).first()
    if found is None or (suffix not in BY_SUFFIX and suffix != ABOUT):
        raise Http404(code)
    if suffix == ABOUT:
        text = json.dumps(exports.csvw(found, file=f"{code}.csv"), ensure_ascii=False)
        answer = HttpResponse(text, content_type="application/csvm+json")
    else:
        kind = BY_SUFFIX[suffix]
        answer = HttpResponse(exports.write(found, kind), content_type=exports.MEDIA[kind])
    answer["Content-Disposition"] = f'attachment; filename="{code}.{suffix}"'
    patch_cache_control(answer, public=True, max_age=300)
    return answer


indicator.kind = "file"  # type: ignore[attr-defined]
