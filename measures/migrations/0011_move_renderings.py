from django.db import migrations

COLUMNS = (
    "concept_id",
    "year",
    "language",
    "state",
    "stage",
    "progress",
    "failure",
    "error",
    "requested_by_id",
    "requested_at",
    "touched_at",
    "finished_at",
    "file",
)


def move(apps, old, new):
    """The rows move, in their order; their files stay where they are."""
    Old, New = apps.get_model("measures", old), apps.get_model("measures", new)
    New.objects.bulk_create(New(**row) for row in Old.objects.order_by("pk").values(*COLUMNS))
    Old.objects.all().delete()


def to_renderings(apps, schema_editor):
    move(apps, "ImplementationReport", "ReportRendering")


def to_reports(apps, schema_editor):
    move(apps, "ReportRendering", "ImplementationReport")


class Migration(migrations.Migration):

    dependencies = [
        ("measures", "0010_tell_renderings_from_reports"),
    ]

    operations = [
        migrations.RunPython(to_renderings, to_reports),
    ]
