from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("newsletters", "0005_count_finished_issues"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='issue',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'sent'), _negated=True), ('audience_count', models.F('sent_count') + models.F('failed_count') + models.F('skipped_count')), _connector='OR'), name='newsletters_sent_is_balanced', violation_error_message='An issue is finished only when every recipient is accounted for.'),
        ),
    ]
