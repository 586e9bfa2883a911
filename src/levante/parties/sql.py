"""What the database itself must know to search names; installed by the first migration."""

#: ``unaccent`` is not immutable by itself because its dictionary may be changed: ours is named, so the function may
#: stand in a generated column and in an index.
PLAIN = r"""
CREATE OR REPLACE FUNCTION levante_plain(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT btrim(regexp_replace(
    lower(public.unaccent('public.unaccent'::regdictionary, translate($1, '.''’', ''))), '[^[:alnum:]]+', ' ', 'g'))
$$;
"""
DROP_PLAIN = "DROP FUNCTION IF EXISTS levante_plain(text);"

#: The threshold belongs to the function: one wrong letter in a word of seven leaves half of its
#: trigrams, and two words in three with a mistake still leave this much. The library is
#: loaded first, or the name of the parameter would not be known yet.
LIKENESS = """
SELECT public.word_similarity('a', 'b');
CREATE OR REPLACE FUNCTION parties_enterprise_like(asked text) RETURNS SETOF bigint LANGUAGE sql STABLE
SET pg_trgm.word_similarity_threshold = 0.4 AS $$
  SELECT id FROM parties_enterprise WHERE asked OPERATOR(public.<%) search_name
  ORDER BY public.word_similarity(asked, search_name) DESC, id LIMIT 500
$$;
"""
DROP_LIKENESS = "DROP FUNCTION IF EXISTS parties_enterprise_like(text);"

#: The same for any table: its name and the expression searched come from our code alone, never from who asks.
LIKE = """
SELECT public.word_similarity('a', 'b');
CREATE OR REPLACE FUNCTION levante_like(asked text, held_by text, held text) RETURNS SETOF bigint LANGUAGE plpgsql STABLE
SET pg_trgm.word_similarity_threshold = 0.4 AS $$
BEGIN
  RETURN QUERY EXECUTE format(
    'SELECT id FROM %s WHERE $1 OPERATOR(public.<%%) (%s) ORDER BY public.word_similarity($1, %s) DESC, id LIMIT 500',
    held_by, held, held) USING asked;
END
$$;
"""
DROP_LIKE = "DROP FUNCTION IF EXISTS levante_like(text, text, text);"
