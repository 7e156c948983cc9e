from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('measures', '0003_move_documents_and_target_groups'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='concept',
            name='document',
        ),
        migrations.RemoveField(
            model_name='measure',
            name='target_group',
        ),
        migrations.RemoveField(
            model_name='measure',
            name='target_group_ar',
        ),
        migrations.RemoveField(
            model_name='measure',
            name='target_group_da',
        ),
        migrations.RemoveField(
            model_name='measure',
            name='target_group_de',
        ),
        migrations.RemoveField(
            model_name='measure',
            name='target_group_de_simple',
        ),
        migrations.RemoveField(
            model_name='measure',
            name='target_group_en',
        ),
        migrations.RemoveField(
            model_name='measure',
            name='target_group_fa',
        ),
        migrations.RemoveField(
            model_name='measure',
            name='target_group_kmr',
        ),
        migrations.RemoveField(
            model_name='measure',
            name='target_group_pl',
        ),
        migrations.RemoveField(
            model_name='measure',
            name='target_group_ru',
        ),
        migrations.RemoveField(
            model_name='measure',
            name='target_group_tr',
        ),
        migrations.RemoveField(
            model_name='measure',
            name='target_group_uk',
        ),
    ]
