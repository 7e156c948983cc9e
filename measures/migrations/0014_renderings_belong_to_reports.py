import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("measures", "0013_give_renderings_their_report"),
    ]

    operations = [
        migrations.RemoveField("reportrendering", "concept"),
        migrations.RemoveField("reportrendering", "year"),
        migrations.AlterField(
            model_name="reportrendering",
            name="report",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="renderings",
                to="measures.implementationreport",
                verbose_name="implementation report",
            ),
        ),
        migrations.AddConstraint(
            model_name="reportrendering",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("requested", "rendering"))),
                fields=("report", "language"),
                name="measures_one_open_rendering",
                violation_error_message="This report is being made already.",
            ),
        ),
    ]
