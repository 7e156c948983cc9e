from django.db import migrations
from django.db.models import F

TRANSLATED = (("MeasureLink", "reason"), ("ForumComment", "text"))


def into_german(apps, schema_editor):
    """What was written before there were languages is German."""
    for name, field in TRANSLATED:
        rows = apps.get_model("measures", name).objects.filter(**{f"{field}_de": None})
        rows.update(**{f"{field}_de": F(field)})


def out_of_german(apps, schema_editor):
    for name, field in TRANSLATED:
        rows = apps.get_model("measures", name).objects.exclude(**{f"{field}_de": None})
        rows.update(**{field: F(f"{field}_de")})


class Migration(migrations.Migration):

    dependencies = [
        ("measures", "0008_revision"),
    ]

    operations = [
        migrations.RunPython(into_german, out_of_german),
    ]
