from django.db import migrations


def reports_for_renderings(apps, schema_editor):
    """Every concept and year that was rendered gets a draft; the files stay where they are."""
    ReportRendering = apps.get_model("measures", "ReportRendering")
    ImplementationReport = apps.get_model("measures", "ImplementationReport")
    for rendering in ReportRendering.objects.select_related("concept"):
        report, _created = ImplementationReport.objects.get_or_create(
            concept=rendering.concept,
            year=rendering.year,
            defaults={"concept_slug": rendering.concept.slug},
        )
        rendering.report = report
        rendering.save(update_fields=["report"])


def years_for_renderings(apps, schema_editor):
    ReportRendering = apps.get_model("measures", "ReportRendering")
    for rendering in ReportRendering.objects.select_related("report"):
        rendering.concept_id = rendering.report.concept_id
        rendering.year = rendering.report.year
        rendering.save(update_fields=["concept", "year"])


class Migration(migrations.Migration):

    dependencies = [
        ("measures", "0012_reports_to_adopt_and_freeze"),
    ]

    operations = [
        migrations.RunPython(reports_for_renderings, years_for_renderings),
    ]
