"""The page of a measure profile, judged by veraPDF."""

import pytest
from django.core.cache import cache

from measures.models import MeasureProfile
from measures.profile_pdf import profile_pdf
from tests.measures.factories import make_concept, make_finding, make_profile


@pytest.mark.parametrize("language", ["de", "ar"])
def test_measure_profile_is_valid_pdf_ua(office, pdf_faults, tmp_path, language):
    cache.clear()
    concept = make_concept()
    profile = make_profile(concept)
    MeasureProfile.objects.update(
        title_ar="شهادة السكن",
        summary_de="Kurz gesagt.",
        steps_de="Planen\nHalten",
        steps_ar="تخطيط\nتنفيذ",
        responsible="Koordinierungsstelle",
    )
    profile.findings.add(make_finding(concept))
    profile.refresh_from_db()
    path = tmp_path / "profile.pdf"
    path.write_bytes(profile_pdf(profile, language=language))

    assert pdf_faults(path) == []
