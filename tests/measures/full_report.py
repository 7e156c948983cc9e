"""A report with everything that it can hold, in 2017, and its year before."""

from datetime import UTC, date, datetime
from decimal import Decimal

from measures.models import Finding
from measures.report_adoption import adopt_report, begin_report, submit_report
from measures.short_versions import write_short_version
from tests.measures.factories import LONG_AGO, make_full_concept, make_profile

NOW = datetime(2018, 5, 2, 9, 0, tzinfo=UTC)
TODAY = date(2018, 5, 2)
RESOLUTION = {
    "body": "Ratsversammlung",
    "on": date(2018, 4, 26),
    "resolution_number": "RV-18/2018",
}


def fill(concept):
    """Add what the report's later chapters tell of."""
    proved = concept.measures.get(number="1.1.1")
    proved.funding_sources.create(
        name="Landesmittel", amount=Decimal("12500.50"), ends_on=date(2018, 12, 31)
    )
    proved.funding_sources.create(name="Haushalt", amount=40000, ends_on=date(2021, 6, 30))
    changed = concept.measures.get(number="1.1.2")
    changed.funding_sources.create(name="Stiftung", ends_on=date(2018, 9, 30))
    group = make_profile(concept).focus_group
    for text, measures in (("Zu wenig Plätze", [proved]), ("Kein Treffpunkt", [])):
        finding = Finding.objects.create(focus_group=group, text_de=text, published_at=LONG_AGO)
        finding.measures.set(measures)
    value = proved.indicators.create(slug="readers", name_de="Kinder").values.create(
        year=2017, value=30
    )
    for category, number in (("Mädchen", 16), ("Jungen", 11), ("divers", 3)):
        value.cells.create(dimension="Geschlecht", category=category, number=number)
    return concept


def make_draft(concept=None, *, year=2017):
    report = begin_report(concept or fill(make_full_concept()), year=year)
    report.foreword_de = "Ein **gutes** Jahr.\n\n## Dank\n\nAn alle."
    report.foreword_ar = "كانت سنة جيدة."
    report.save()
    write_short_version(report, language="de", text="Kurz gesagt: gut.", made_from="")
    write_short_version(report, language="ar", text="باختصار: جيد.", made_from="Kurz gesagt: gut.")
    return report


def make_submitted(concept=None, *, year=2017):
    report = make_draft(concept, year=year)
    submit_report(report, on=date(2018, 3, 1))
    return report


def make_adopted(by, concept=None, *, year=2017, now=NOW):
    return adopt_report(make_submitted(concept, year=year), by=by, now=now, **RESOLUTION)
