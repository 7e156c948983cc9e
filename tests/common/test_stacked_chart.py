from django.template.loader import render_to_string
from django.utils.translation import override

from kit_portal.common.stacked_chart import Stack, StackedChart

PARTS = [("done", "abgeschlossen"), ("running", "in Umsetzung"), ("planned", "geplant")]


def chart(*stacks):
    return StackedChart("3 von 7 laufen", "Handlungsfeld", "Alle", PARTS, stacks, width=400)


def test_parts_fill_the_whole_and_an_empty_part_is_not_drawn():
    (row,) = chart(Stack("Sprache", [1, 0, 2])).drawn

    assert [(part.key, part.x, part.width) for part in row.parts] == [
        ("done", 0, 133.3),
        ("planned", 133.3, 266.7),
    ]


def test_bars_begin_at_the_right_where_one_reads_from_there():
    with override("ar"):
        mirrored = chart(Stack("Sprache", [1, 0, 2]))
        (row,) = mirrored.drawn

    assert [(part.key, part.x) for part in row.parts] == [("done", 266.7), ("planned", 0)]


def test_stack_of_nothing_has_no_parts():
    (row,) = chart(Stack("Leer", [0, 0, 0])).drawn

    assert row.parts == []


def test_table_has_every_number_and_headings_for_both_directions():
    html = render_to_string(
        "components/_stacked_chart.html", {"chart": chart(Stack("Sprache", [1, 0, 2]))}
    )

    assert "<title>3 von 7 laufen</title>" in html
    assert '<th scope="row">Sprache</th><td class="num">1</td><td class="num">0</td>' in html
    assert html.count('<th scope="col"') == 5
