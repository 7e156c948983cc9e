from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from measures.comparison import compare
from measures.report_entries import VerdictEntry
from tests.measures.report_samples import german, make_entry, make_report


def numbers(named):
    return [measure.number for measure in named]


def test_adopted_report_of_the_year_before_is_laid_beside():
    before = make_report(
        make_entry("1", "proved", participants=[("Bibliothek", "lead"), ("Verein", "partner")]),
        make_entry("2", "modify"),
        make_entry("3", "proved"),
        make_entry("4", ""),
        year=2016,
    )
    now = [
        make_entry("1", "modify", participants=[("Bibliothek", "partner"), ("Verein", "partner")]),
        make_entry("2", "modify", status="ended"),
        make_entry("4", "proved"),
        make_entry("5", ""),
    ]

    found = compare(now, year=2017, before=before)

    assert (found.year, found.is_from_report) == (2016, True)
    assert numbers(found.new) == ["5"]
    assert [(c.measure.number, c.before, c.after) for c in found.verdicts] == [
        ("1", "proved", "modify")
    ]
    assert [
        (
            c.measure.number,
            [(p.organisation, p.role) for p in c.joined],
            [(p.organisation, p.role) for p in c.left],
        )
        for c in found.participants
    ] == [("1", [("Bibliothek", "partner")], [("Bibliothek", "lead")])]
    assert numbers(found.ended) == ["2", "3"]  # over now, and no longer there


def test_role_put_into_other_words_is_no_change():
    before = make_report(make_entry("1", participants=[("Bibliothek", "lead")]), year=2016)
    (then,) = before.measures[0].participants
    now = make_entry("1", participants=[("Bibliothek", "lead")])
    object.__setattr__(then, "role", "Federführung")

    assert compare([now], year=2017, before=before).is_empty


def test_without_a_report_the_measures_own_dates_have_to_do():
    earlier = [VerdictEntry(2016, "proved", "proved", german(""))]
    now = [
        make_entry("1", "modify", earlier=earlier),
        make_entry("2", starts_on=date(2017, 3, 1)),
        make_entry("3", starts_on=date(2016, 3, 1), ends_on=date(2017, 12, 31)),
        make_entry("4", "ended", earlier=[VerdictEntry(2015, "proved", "proved", german(""))]),
    ]

    found = compare(now, year=2017, before=None)

    assert found.is_from_report is False
    assert numbers(found.new) == ["2"]
    assert [(c.measure.number, c.before, c.after) for c in found.verdicts] == [
        ("1", "proved", "modify")
    ]
    assert (found.participants, numbers(found.ended)) == ([], ["3"])


entries = st.dictionaries(
    st.sampled_from("123456"), st.sampled_from(["", "proved", "modify", "ended"])
)


@given(entries, entries)
def test_every_measure_is_accounted_for(then, now):
    def made(verdicts):
        return [make_entry(number, verdict) for number, verdict in verdicts.items()]

    before = make_report(*made(then), year=2016) if then else None
    found = compare(made(now), year=2017, before=before)

    if before:
        assert set(numbers(found.new)) == now.keys() - then.keys()
        assert set(numbers(found.ended)) == then.keys() - now.keys()
        changed = {c.measure.number for c in found.verdicts}
        assert changed == {n for n in then if then[n] and now.get(n) and then[n] != now[n]}
