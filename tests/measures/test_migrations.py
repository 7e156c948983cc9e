"""What an update does to data that are there."""

from datetime import UTC, datetime

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

BEFORE = [("measures", "0001_initial"), ("directory", "0002_quarter")]
AFTER = [("measures", "0004_drop_moved_columns")]


def migrate(targets):
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    return MigrationExecutor(connection).loader.project_state(targets).apps


@pytest.fixture
def latest():
    yield
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


@pytest.mark.service  # quick on PostgreSQL only: SQLite rewrites a table for each column
@pytest.mark.django_db(transaction=True)
def test_documents_and_target_groups_move_and_come_back(latest, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    old = migrate(BEFORE)
    concept = old.get_model("measures", "Concept").objects.create(
        slug="2016", title="Konzept", title_de="Konzept", period_from=2016
    )
    concept.document.save("konzept.pdf", ContentFile(b"%PDF"))
    public_name = concept.document.name
    field = concept.action_fields.create(number=1, title="Sprache", title_de="Sprache")
    goal = field.goals.create(number=1, text="x", text_de="x")
    for number in ("1", "2"):
        old.get_model("measures", "Measure").objects.create(
            goal=goal, concept=concept, number=number, title_de=number,
            target_group_de="Eltern", target_group_en="Parents",
        )  # fmt: skip

    new = migrate(AFTER)

    groups = new.get_model("measures", "TargetGroup").objects.all()
    assert [(g.slug, g.name_de, g.name_en, g.measures.count()) for g in groups] == [
        ("eltern", "Eltern", "Parents", 2)
    ]
    document = new.get_model("measures", "ConceptDocument").objects.get()
    assert document.file.read() == b"%PDF"
    assert not (settings.MEDIA_ROOT / public_name).exists()

    back = migrate(BEFORE)

    measure = back.get_model("measures", "Measure").objects.get(number="2")
    assert (measure.target_group_de, measure.target_group_en) == ("Eltern", "Parents")
    assert back.get_model("measures", "Concept").objects.get().document.read() == b"%PDF"


@pytest.mark.service  # quick on PostgreSQL only: SQLite rewrites a table for each column
@pytest.mark.django_db(transaction=True)
def test_renderings_get_a_report_and_keep_their_files(latest):
    before = [("measures", "0009_reasons_and_comments_in_german")]
    after = [("measures", "0014_renderings_belong_to_reports")]
    old = migrate(before)
    concept = old.get_model("measures", "Concept").objects.create(
        slug="2016", title="Konzept", title_de="Konzept", period_from=2016
    )
    moment = datetime(2018, 5, 2, tzinfo=UTC)
    for year, name in ((2016, "a.pdf"), (2017, "b.pdf"), (2017, "c.pdf")):
        old.get_model("measures", "ImplementationReport").objects.create(
            concept=concept, year=year, state="ready", file=name,
            requested_at=moment, touched_at=moment,
        )  # fmt: skip

    new = migrate(after)

    reports = new.get_model("measures", "ImplementationReport").objects.order_by("year")
    assert [
        (
            r.year,
            r.concept_slug,
            r.version,
            r.state,
            [f.file.name for f in r.renderings.order_by("pk")],
        )
        for r in reports
    ] == [
        (2016, "2016", 1, "draft", ["a.pdf"]),
        (2017, "2016", 1, "draft", ["b.pdf", "c.pdf"]),
    ]

    back = migrate(before)

    rows = back.get_model("measures", "ImplementationReport").objects.order_by("pk")
    assert [(r.year, r.file.name) for r in rows] == [
        (2016, "a.pdf"),
        (2017, "b.pdf"),
        (2017, "c.pdf"),
    ]
