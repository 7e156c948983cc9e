from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("newsletters", "0003_handing_over"),
    ]

    operations = [
        migrations.AddField(
            model_name='issue',
            name='sent_count',
            field=models.PositiveIntegerField(default=0, editable=False, verbose_name='sent'),
        ),
        migrations.AddField(
            model_name='issue',
            name='failed_count',
            field=models.PositiveIntegerField(default=0, editable=False, verbose_name='refused'),
        ),
        migrations.AddField(
            model_name='issue',
            name='skipped_count',
            field=models.PositiveIntegerField(default=0, editable=False, verbose_name='skipped'),
        ),
    ]
