-- A table with a trigger; the semicolons in its body end no statement.
CREATE TABLE gauges (id integer PRIMARY KEY, place text NOT NULL DEFAULT 'here''s; there', value integer NOT NULL, grade text NULL);
CREATE TABLE reading_log (line text NOT NULL);
CREATE TRIGGER readings_grade AFTER INSERT ON gauges
FOR EACH ROW WHEN NEW.value >= 0
BEGIN
  -- it's graded first; then logged
  UPDATE gauges SET grade = CASE
    WHEN NEW.value > 9 THEN 'high;'
    ELSE 'low;'
  END
  WHERE id = NEW.id;
  INSERT INTO reading_log (line) SELECT CASE WHEN NEW.value > 9 THEN 'many' ELSE 'few' END;
  INSERT INTO reading_log (line) VALUES ('end;
end;');
END;
CREATE INDEX readings_place ON gauges (place);
INSERT INTO gauges (value) VALUES (12);
