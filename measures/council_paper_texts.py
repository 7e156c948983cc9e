"""The sentences of the council paper, out of counts: they read as if somebody had written them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from measures.charts import euro_text
from measures.council_paper_entries import Comparison, FundingEntry, Section, Table
from measures.models import Evaluation
from measures.report_entries import MeasureEntry, Report

Verdict = Evaluation.Verdict


def subject_of(report: Report) -> str:
    return _("Implementation report %(year)d on the concept “%(concept)s”") % {
        "year": report.year,
        "concept": report.concept.title,
    }


def resolution(report: Report) -> Section:
    points = [_("The implementation report for %d is noted.") % report.year]
    if changed := report.with_verdict(Verdict.MODIFY):
        points.append(
            ngettext(
                "The administration is instructed to modify measure %s as the report describes.",
                "The administration is instructed to modify measures %s as the report describes.",
                len(changed),
            )
            % listed(_numbers(changed))
        )
    if ended := report.with_verdict(Verdict.ENDED):
        points.append(
            ngettext("Measure %s is ended.", "Measures %s are ended.", len(ended))
            % listed(_numbers(ended))
        )
    if missing := len(report.measures) - report.evaluated:
        found = ngettext(
            "The evaluation of the one measure that was not evaluated yet is handed in later.",
            "The evaluations of the %d measures that were not evaluated yet are handed in later.",
            missing,
        )
        points.append(_with(found, missing))
    return Section(_("Proposed resolution"), points=points)


def facts(report: Report) -> Section:
    paragraphs = [_about_the_concept(report)]
    if report.measures:
        paragraphs.append(" ".join([_evaluated(report), *_verdicts(report)]))
    return Section(_("Facts"), paragraphs, table=_decisions(report))


def _about_the_concept(report: Report) -> str:
    concept = report.concept
    words = {"concept": concept.title, "period": concept.period}
    sentences = [_("The concept “%(concept)s” covers the years %(period)s.") % words]
    if concept.adopted_on:
        words = {"day": date_format(concept.adopted_on), "number": concept.resolution_number}
        sentences.append(
            _("It was adopted on %(day)s (resolution %(number)s).") % words
            if concept.resolution_number
            else _("It was adopted on %(day)s.") % words
        )
    measures, fields = len(report.measures), len(report.fields)
    if not measures:
        return " ".join([*sentences, _("It has no published measures yet.")])
    holds = ngettext("It comprises one measure", "It comprises %d measures", measures)
    across = ngettext("in one action field.", "in %d action fields.", fields)
    sentences.append(f"{_with(holds, measures)} {_with(across, fields)}")
    return " ".join(sentences)


def _evaluated(report: Report) -> str:
    total, evaluated = len(report.measures), report.evaluated
    words = {"evaluated": evaluated, "total": total, "year": report.year}
    if not evaluated:
        return _("For %(year)d there is no evaluation yet.") % words
    if evaluated == total:
        return (
            ngettext(
                "The measure was evaluated for %(year)d.",
                "All %(total)d measures were evaluated for %(year)d.",
                total,
            )
            % words
        )
    sentence = ngettext(
        "For %(year)d one of %(total)d measures was evaluated.",
        "For %(year)d %(evaluated)d of %(total)d measures were evaluated.",
        evaluated,
    )
    missing = total - evaluated
    rest = ngettext(
        "The evaluation of one measure is still missing.",
        "The evaluations of %d measures are still missing.",
        missing,
    )
    return f"{sentence % words} {_with(rest, missing)}"


def _verdicts(report: Report) -> list[str]:
    if not report.evaluated:
        return []
    proved = report.by_verdict[Verdict.PROVED]
    changed, ended = report.with_verdict(Verdict.MODIFY), report.with_verdict(Verdict.ENDED)
    if proved == report.evaluated > 1:
        sentences = [_("All of those evaluated have proved themselves.")]
    elif proved:
        found = ngettext(
            "One measure has proved itself.", "%d measures have proved themselves.", proved
        )
        sentences = [_with(found, proved)]
    else:
        sentences = [_("None has proved itself as it is.")]
    if changed:
        found = ngettext(
            "One measure is to be modified: %(numbers)s.",
            "%(count)d measures are to be modified: %(numbers)s.",
            len(changed),
        )
        sentences.append(found % {"count": len(changed), "numbers": listed(_numbers(changed))})
    if ended:
        found = ngettext(
            "One measure is to be ended: %(numbers)s.",
            "%(count)d measures are to be ended: %(numbers)s.",
            len(ended),
        )
        sentences.append(found % {"count": len(ended), "numbers": listed(_numbers(ended))})
    if not changed and not ended:
        sentences.append(_("No measure is proposed to be modified or ended."))
    return sentences


def _decisions(report: Report) -> Table | None:
    """The measures that the council is to change or end, with the reasons."""
    found = report.with_verdict(Verdict.MODIFY) + report.with_verdict(Verdict.ENDED)
    if not found:
        return None
    rows = [
        (one.number, str(one.title), one.verdict.label, str(one.verdict.reasoning)) for one in found
    ]
    headings = (_("Number"), _("Measure"), _("Verdict"), _("Reasoning"))
    return Table(_("Measures to be modified or ended"), headings, rows)


def changes(comparison: Comparison) -> Section:
    points = []
    if comparison.new:
        found = ngettext(
            "One measure has been added: %(names)s.",
            "%(count)d measures have been added: %(names)s.",
            len(comparison.new),
        )
        points.append(_named(found, comparison.new))
    if comparison.verdict_changed:
        names = [
            _("%(measure)s (%(before)s before, %(now)s now)")
            % {"measure": one.measure, "before": one.before, "now": one.now}
            for one in comparison.verdict_changed
        ]
        found = ngettext(
            "One measure got another verdict than the year before: %(names)s.",
            "%(count)d measures got another verdict than the year before: %(names)s.",
            len(names),
        )
        points.append(_named(found, names))
    if comparison.participants_changed:
        found = ngettext(
            "The participants of one measure have changed: %(names)s.",
            "The participants of %(count)d measures have changed: %(names)s.",
            len(comparison.participants_changed),
        )
        points.append(_named(found, comparison.participants_changed))
    if comparison.ended:
        found = ngettext(
            "One measure has ended: %(names)s.",
            "%(count)d measures have ended: %(names)s.",
            len(comparison.ended),
        )
        points.append(_named(found, comparison.ended))
    heading = _("Changes since %d") % comparison.year
    if not points:
        return Section(
            heading, [_("Nothing has changed since the report for %d.") % comparison.year]
        )
    return Section(heading, points=points)


def finances(funding: Sequence[FundingEntry], *, today: date) -> Section:
    """What pays for the measures, and what of it ends within the next twelve months."""
    heading = _("Finances")
    if not funding:
        return Section(heading, [_("No funding of the measures is recorded.")])
    horizon = in_a_year(today)
    running = [one for one in funding if one.ends_on is None or one.ends_on >= today]
    ending = sorted(
        (one for one in running if one.ends_on and one.ends_on <= horizon),
        key=lambda one: (one.ends_on or horizon, one.measure_number),
    )
    sentences = [_running(running)] if running else []
    if over := len(funding) - len(running):
        found = ngettext("One grant has run out already.", "%d grants have run out already.", over)
        sentences.append(_with(found, over))
    if not running:
        return Section(heading, [" ".join(sentences)])
    if not ending:
        sentences.append(_("None of them ends by %s.") % date_format(horizon))
        return Section(heading, [" ".join(sentences)])
    found = ngettext(
        "Within the next twelve months, by %(day)s, one of them ends.",
        "Within the next twelve months, by %(day)s, %(count)d of them end.",
        len(ending),
    )
    sentences.append(found % {"day": date_format(horizon), "count": len(ending)})
    sentences.append(_sum(ending))
    headings = (_("Measure"), _("Funding"), _("Amount"), _("Ends on"))
    rows = [
        (
            one.measure_number,
            one.name,
            _("not known") if one.amount is None else euro_text(one.amount),
            date_format(one.ends_on, "SHORT_DATE_FORMAT") if one.ends_on else "",
        )
        for one in ending
    ]
    table = Table(_("Funding that ends within twelve months"), headings, rows)
    return Section(heading, [" ".join(filter(None, sentences))], table=table)


def _running(running: Sequence[FundingEntry]) -> str:
    found = ngettext(
        "One grant for the measures is running.",
        "%d grants for the measures are running.",
        len(running),
    )
    return " ".join(filter(None, [_with(found, len(running)), _sum(running)]))


def _sum(funding: Sequence[FundingEntry]) -> str:
    """Say how much it is, and of how many that is not known."""
    known = [one.amount for one in funding if one.amount is not None]
    unknown = len(funding) - len(known)
    if not known:
        return ngettext("Its amount is not known.", "Their amounts are not known.", len(funding))
    words = {"sum": euro_text(sum(known, Decimal(0)))}
    if not unknown:
        found = ngettext("It amounts to %(sum)s.", "Together they amount to %(sum)s.", len(known))
        return found % words
    rest = ngettext(
        "the amount of one of them is not known.",
        "the amounts of %d of them are not known.",
        unknown,
    )
    so_far = _("As far as is known they amount to %(sum)s;") % words
    return f"{so_far} {_with(rest, unknown)}"


def annexes(report: Report) -> Section:
    return Section(_("Annexes"), points=[_("Implementation report %d (PDF)") % report.year])


def in_a_year(day: date) -> date:
    """Return the same day of the next year; of 29 February the 28th."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)


def listed(names: Sequence[str]) -> str:
    """Return “a”, “a and b” or “a, b and c”."""
    if len(names) < 2:
        return "".join(names)
    return _("%(names)s and %(last)s") % {"names": ", ".join(names[:-1]), "last": names[-1]}


def _numbers(measures: Sequence[MeasureEntry]) -> list[str]:
    return [measure.number for measure in measures]


def _named(sentence: str, names: Sequence[str]) -> str:
    return sentence % {"count": len(names), "names": "; ".join(names)}


def _with(sentence: str, count: int) -> str:
    """Put the number in, where the form for this number has room for it."""
    return sentence % count if "%d" in sentence else sentence
