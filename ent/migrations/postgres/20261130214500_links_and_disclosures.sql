-- Modify "links" table
ALTER TABLE "links" ADD COLUMN "subject_type" character varying NULL, ADD COLUMN "object_type" character varying NOT NULL DEFAULT 'PRACTICE', ADD COLUMN "object_id" uuid NULL, ADD COLUMN "created_at" timestamptz NULL, ALTER COLUMN "practice_id" DROP NOT NULL;
-- what was linked so far were dialogues and proposals, with practices, when they were made
UPDATE "links" l SET "object_id" = l."practice_id",
    "subject_type" = CASE WHEN EXISTS (SELECT 1 FROM "dialogues" d WHERE d."id" = l."subject_id") THEN 'DIALOGUE' ELSE 'PROPOSAL' END,
    "created_at" = COALESCE((SELECT d."created_at" FROM "dialogues" d WHERE d."id" = l."subject_id"), (SELECT p."created_at" FROM "proposals" p WHERE p."id" = l."subject_id"), now());
ALTER TABLE "links" ALTER COLUMN "subject_type" SET NOT NULL, ALTER COLUMN "object_id" SET NOT NULL, ALTER COLUMN "created_at" SET NOT NULL;
-- Drop index "link_practice_id_subject_id" from table: "links"
DROP INDEX "link_practice_id_subject_id";
-- Drop index "link_subject_id_practice_id" from table: "links"
DROP INDEX "link_subject_id_practice_id";
-- Create index "link_subject_id_object_id" to table: "links"
CREATE UNIQUE INDEX "link_subject_id_object_id" ON "links" ("subject_id", "object_id");
-- Create index "link_object_id_subject_id" to table: "links"
CREATE INDEX "link_object_id_subject_id" ON "links" ("object_id", "subject_id");
-- replicas of the previous release go on reading and writing practice_id; a later migration drops it with this
CREATE OR REPLACE FUNCTION links_of_before() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN
    IF NEW.object_id IS NULL THEN
        NEW.object_id := NEW.practice_id;
        NEW.subject_type := CASE WHEN EXISTS (SELECT 1 FROM dialogues d WHERE d.id = NEW.subject_id) THEN ''DIALOGUE'' ELSE ''PROPOSAL'' END;
        NEW.created_at := clock_timestamp();
    ELSIF NEW.object_type = ''PRACTICE'' THEN
        NEW.practice_id := NEW.object_id;
    END IF;
    RETURN NEW;
END';
CREATE TRIGGER "links_of_before" BEFORE INSERT ON "links" FOR EACH ROW EXECUTE FUNCTION links_of_before();
-- Modify "practices" table
ALTER TABLE "practices" ADD COLUMN "disclosures" jsonb NULL;
-- Modify "practice_versions" table
ALTER TABLE "practice_versions" ADD COLUMN "disclosures" jsonb NULL;
