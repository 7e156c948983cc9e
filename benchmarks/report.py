"""CPU seconds of a large implementation report: our whole way against WeasyPrint alone.

120 measures and 30 charts, about 100 pages. Our way: reading the database, writing the page,
layout, PDF/UA-1 and PDF/A-3a in one with the tables attached. Alone: WeasyPrint on the same HTML
with the same style sheets and fonts. Both in the same process, after one small report that warms up
either, side by side in each round and in turns the one or the other first; the median round counts,
since a busy machine slows both.
The last line is the ratio.
"""

from __future__ import annotations

import gc
import os
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from statistics import median

ROUNDS = 3
YEAR, TODAY = 2017, date(2018, 5, 2)
FIELDS, MEASURES_A_FIELD, INDICATORS = 6, 20, 27  # with three of the summary: 30 charts
WORDS = (
    "Die Maßnahme richtet sich an Menschen, die neu in der Stadt sind, und an alle, die mit ihnen "
    "arbeiten, lernen und wohnen. Eine feste Ansprechperson begleitet die Gruppen. "
)


def main() -> None:
    with tempfile.TemporaryDirectory() as var:
        os.environ |= {
            "PORTAL_MODE": "demo",
            "PORTAL_VAR": var,
            "DJANGO_SETTINGS_MODULE": "kit_portal.settings",
        }
        os.environ.pop("DATABASE_URL", None)
        import django  # noqa: PLC0415  after the environment is set

        django.setup()
        from django.core.management import call_command  # noqa: PLC0415  after setup

        call_command("messages", "compile", verbosity=0)
        call_command("migrate", verbosity=0)
        compare()


def compare() -> None:
    from kit_portal.common import pdf  # noqa: PLC0415  after setup
    from measures.report import collect_report  # noqa: PLC0415  after setup
    from measures.report_pdf import render_report_pdf  # noqa: PLC0415  after setup

    small, large = make_concept("small", measures=1), make_concept("large")

    def ours(concept: object) -> bytes:
        report = collect_report(concept, year=YEAR, language="de", today=TODAY)  # type: ignore[arg-type]
        return render_report_pdf(report)

    def alone(concept: object) -> bytes:
        from weasyprint import CSS, HTML  # noqa: PLC0415  slow import

        font_css, fonts = pdf._font_setup()
        sheets = [font_css, CSS(filename=str(pdf.STYLES / "report.css"), font_config=fonts)]
        document = HTML(string=pages[concept]).render(
            stylesheets=sheets, font_config=fonts, pdf_variant="pdf/a-3a"
        )
        sizes[concept] = len(document.pages)
        return bytes(document.write_pdf(pdf_variant="pdf/a-3a"))

    sizes: dict[object, int] = {}
    pages = {concept: html_of(concept) for concept in (small, large)}
    ours(small)
    alone(small)
    rounds: list[dict[str, float]] = []
    for number in range(ROUNDS):
        ways = [("alone", alone), ("ours", ours)]
        seconds = {name: timed(way, large) for name, way in ways[:: -1 if number % 2 else 1]}
        rounds.append(seconds)
        print("  ".join(f"{name} {value:.2f} s CPU" for name, value in seconds.items()), flush=True)
    print(f"report  {pages[large].count('<svg')} drawings, {sizes[large]} pages")
    print(f"  ours  {median(seconds['ours'] for seconds in rounds):.2f} s CPU (at most 30)")
    print(f" alone  {median(seconds['alone'] for seconds in rounds):.2f} s CPU")
    print(f" ratio  {median(s['ours'] / s['alone'] for s in rounds):.3f} (at most 1.1)")


def timed(way: Callable[[object], bytes], concept: object) -> float:
    gc.collect()  # what the way before left behind is not this one's to clear
    begun = time.process_time()
    way(concept)
    return time.process_time() - begun


def html_of(concept: object) -> str:
    from django.template.loader import render_to_string  # noqa: PLC0415  after setup
    from django.utils.translation import override  # noqa: PLC0415  after setup

    from measures.report import collect_report  # noqa: PLC0415  after setup
    from measures.report_pdf import context_of  # noqa: PLC0415  after setup

    report = collect_report(concept, year=YEAR, language="de", today=TODAY)  # type: ignore[arg-type]
    with override("de"):
        context = context_of(report) | {"language": "de", "direction": "ltr"}
        return render_to_string("measures/report/report.html", context)


def make_concept(slug: str, measures: int = MEASURES_A_FIELD) -> object:
    """A concept as a city of 100 000 has it, evaluated for two years."""
    from directory.models import Office, Organisation  # noqa: PLC0415  after setup
    from measures.models import Concept, Evaluation  # noqa: PLC0415  after setup

    moment = datetime(2016, 4, 1, tzinfo=UTC)
    if not Office.objects.exists():
        Office.objects.create(name_de="Koordinierungsstelle", municipality="Musterstadt")
    organisations = [
        Organisation.objects.get_or_create(slug=f"o{i}", defaults={"name": f"Träger {i}"})[0]
        for i in range(30)
    ]
    concept = Concept.objects.create(
        slug=slug, title_de="Gesamtkonzept", period_from=2016, period_to=2022, published_at=moment
    )
    verdicts = Evaluation.Verdict.values
    left = INDICATORS if measures > 1 else 1
    for number in range(1, FIELDS + 1 if measures > 1 else 2):
        field = concept.action_fields.create(
            number=number, title_de=f"Handlungsfeld {number}", guiding_principle_de=WORDS
        )
        goals = [field.goals.create(number=n, text_de=WORDS) for n in range(1, 5)]
        for index in range(measures):
            measure = goals[index % 4].measures.create(
                number=f"{number}.{index % 4 + 1}.{index // 4 + 1}",
                concept=concept,
                title_de=f"Maßnahme {number}.{index} mit einem Titel von üblicher Länge",
                description_de=f"{WORDS * 3}\n\n- Einladung\n- Begleitung\n- Auswertung\n\n{WORDS}",
                status="running",
                starts_on=date(2016, 1, 1),
                published_at=moment,
            )
            for offset, role in enumerate(("lead", "partner", "partner", "funding")):
                chosen = organisations[(number * 7 + index * 3 + offset) % 30]
                measure.participants.create(organisation=chosen, role=role)
            for year in (2016, YEAR):
                measure.evaluations.create(
                    year=year, verdict=verdicts[(index + year) % 3], reasoning_de=WORDS * 2
                )
            measure.milestones.create(title_de="Auftakt", reached_on=date(2016, 9, 1))
            if index % 3 == 0:
                measure.funding_sources.create(
                    name="Landesmittel", amount=12500, ends_on=date(2018 + index % 4, 12, 31)
                )
            if (left and index % 4 == 0) or measures == 1 or left > (FIELDS - number) * 5 + 5:
                left -= 1
                indicator = measure.indicators.create(
                    slug=f"{slug}-{measure.number}", name_de="Teilnehmende", unit_de="Personen"
                )
                for year in range(2012, YEAR + 1):
                    indicator.values.create(year=year, value=100 + year % 7)
    return concept


if __name__ == "__main__":
    main()
