-- The same with a function in PL/pgSQL, and one with a body of standard SQL.
CREATE TABLE gauges (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, place text NOT NULL DEFAULT 'here''s; there', value bigint NOT NULL, grade text NULL);
CREATE TABLE reading_log (line text NOT NULL);
CREATE FUNCTION grade_of(value bigint) RETURNS text LANGUAGE SQL IMMUTABLE
BEGIN ATOMIC
  SELECT CASE WHEN value > 9 THEN 'high;' ELSE 'low;' END;
END;
CREATE FUNCTION readings_grade() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  word text;
BEGIN
  -- it's graded first; then logged
  NEW.grade := grade_of(NEW.value);
  IF NEW.value > 9 THEN
    word := $$many$$;
  ELSE
    word := 'few';
  END IF;
  INSERT INTO reading_log (line) VALUES (word);
  INSERT INTO reading_log (line) VALUES ('end;
end;');
  RETURN NEW;
END;
$body$;
CREATE TRIGGER readings_grade BEFORE INSERT ON gauges FOR EACH ROW EXECUTE FUNCTION readings_grade();
DO $$
BEGIN
  PERFORM 1;
END
$$;
CREATE INDEX readings_place ON gauges (place);
INSERT INTO gauges (value) VALUES (12);
