import django.db.models.deletion
from django.db import migrations, models


def leave_room_in_pages(apps, schema_editor):
    """A delivery is rewritten three times: with room in its page, PostgreSQL does that in place."""
    set_fill_factor(schema_editor, "SET (fillfactor = 50)")


def fill_pages(apps, schema_editor):
    set_fill_factor(schema_editor, "RESET (fillfactor)")


def set_fill_factor(schema_editor, change):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"ALTER TABLE newsletters_delivery {change}")


class Migration(migrations.Migration):

    dependencies = [
        ("newsletters", "0002_relay_allowance"),
    ]

    operations = [
        migrations.RemoveIndex(model_name='delivery', name='newsletters_next_up'),
        migrations.RemoveIndex(model_name='delivery', name='newsletters_leases'),
        migrations.AlterField(
            model_name='delivery',
            name='issue',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='newsletters.issue', verbose_name='issue'),
        ),
        migrations.AddField(
            model_name='delivery',
            name='handed_over_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='handed over'),
        ),
        migrations.AddField(
            model_name='delivery',
            name='is_journaled',
            field=models.BooleanField(default=False, help_text='The journal mailbox got the same mail in the same transaction.', verbose_name='copied to the journal'),
        ),
        migrations.AddField(
            model_name='delivery',
            name='resent_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='sent again though unclear'),
        ),
        migrations.RunPython(leave_room_in_pages, fill_pages),
    ]
