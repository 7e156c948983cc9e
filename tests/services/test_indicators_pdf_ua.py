from datetime import date

import pytest

from measures.council_paper import as_pdf, funding_of, paper_of
from measures.models import Indicator
from measures.report import collect_report
from measures.report_pdf import render_report_pdf
from tests.measures.factories import make_full_concept

TODAY = date(2018, 5, 2)


@pytest.mark.parametrize("language", ["de", "ar"])
def test_targets_breaks_and_parts_are_valid_pdf_ua(office, pdf_faults, tmp_path, language):
    concept = make_full_concept()
    Indicator.objects.update(baseline_value=5, baseline_year=2015, target_value=10, trend="up")
    value = Indicator.objects.get(concept=concept).values.get(year=2017)
    value.is_break, value.note = True, "anders gezählt"
    value.save()
    for category, number in (("unter 30", 20), ("30 bis 49", 9), ("ab 50", 6), ("unbekannt", 2)):
        value.cells.create(dimension="Alter", category=category, number=number)
    path = tmp_path / "report.pdf"

    path.write_bytes(
        render_report_pdf(collect_report(concept, year=2017, language=language, today=TODAY))
    )

    assert pdf_faults(path) == []


def test_council_paper_is_valid_pdf_ua(office, pdf_faults, tmp_path):
    concept = make_full_concept()
    measure = concept.measures.get(number="1.1.1")
    measure.funding_sources.create(name="Landesmittel", amount=500, ends_on=date(2019, 1, 1))
    report = collect_report(concept, year=2017, language="de", today=TODAY)
    funding = funding_of(report)
    path = tmp_path / "paper.pdf"

    path.write_bytes(as_pdf(paper_of(report, funding=funding, today=TODAY)))

    assert pdf_faults(path) == []
