from django.db import migrations, models

HEAD = """
CREATE OR REPLACE FUNCTION applications_ranking_head(jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT ($1 - ARRAY['entries', 'awarded', 'reserves']) || jsonb_build_object('reserves', (
         SELECT coalesce(jsonb_agg(one.reserve - 'members' ORDER BY one.place), '[]'::jsonb)
           FROM jsonb_array_elements(CASE jsonb_typeof($1 -> 'reserves') WHEN 'array' THEN $1 -> 'reserves' ELSE '[]'::jsonb END)
                WITH ORDINALITY AS one (reserve, place)))
$$
"""


class Migration(migrations.Migration):
    """What is read of a list at each letter and each page is kept beside it, by the database: the snapshot, which may hold
    a hundred thousand entries, is opened only by who recomputes it."""

    dependencies = [("applications", "0005_published_by_act")]

    operations = [
        migrations.RunSQL(HEAD, "DROP FUNCTION applications_ranking_head(jsonb)"),
        migrations.AddField(
            model_name="ranking",
            name="head",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Func("snapshot", function="applications_ranking_head"),
                help_text="the snapshot without what is as long as the list: terms, criteria, reserves, who left",
                output_field=models.JSONField(),
            ),
        ),
    ]
