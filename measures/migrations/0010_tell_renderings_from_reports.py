import django.core.validators
import django.db.models.deletion
import kit_portal.common.private_files
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """What was called a report is one rendering of it, and moves to a table of its own."""

    dependencies = [
        ("measures", "0009_reasons_and_comments_in_german"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ReportRendering',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(null=True, validators=[django.core.validators.MinValueValidator(1990), django.core.validators.MaxValueValidator(2100)], verbose_name='year')),
                ('language', models.CharField(default='de', max_length=12, verbose_name='language')),
                ('state', models.CharField(choices=[('requested', 'requested'), ('rendering', 'being made'), ('ready', 'ready'), ('failed', 'failed')], default='requested', max_length=10, verbose_name='state')),
                ('stage', models.CharField(choices=[('waiting', 'waiting for its turn'), ('collecting', 'collecting the evaluations'), ('layout', 'setting the pages'), ('writing', 'writing the file'), ('done', 'done')], default='waiting', max_length=10, verbose_name='stage')),
                ('progress', models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='progress in percent')),
                ('failure', models.CharField(blank=True, choices=[('libraries', 'The machine lacks the text libraries that PDFs need.'), ('stopped', 'The work was interrupted.'), ('mistake', 'Something unforeseen went wrong.')], max_length=10, verbose_name='failure')),
                ('error', models.TextField(blank=True, verbose_name='message of the machine')),
                ('requested_at', models.DateTimeField(verbose_name='requested at')),
                ('touched_at', models.DateTimeField(verbose_name='last sign of life')),
                ('finished_at', models.DateTimeField(blank=True, null=True, verbose_name='finished at')),
                ('file', models.FileField(blank=True, max_length=200, storage=kit_portal.common.private_files.private_storage, upload_to='reports/', verbose_name='file')),
                ('concept', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, null=True, related_name='+', to='measures.concept', verbose_name='concept')),
                ('requested_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='requested by')),
            ],
            options={
                'verbose_name': 'rendering of a report',
                'verbose_name_plural': 'renderings of reports',
                'ordering': ('-requested_at', '-pk'),
            },
        ),
        migrations.AddConstraint(
            model_name='reportrendering',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'ready'), _negated=True), models.Q(('file', ''), _negated=True), _connector='OR'), name='measures_ready_report_has_file', violation_error_message='A report is ready only with its file.'),
        ),
    ]
