-- Modify "assessments" table
ALTER TABLE "assessments" ADD COLUMN "approved_by_id" uuid NULL;
-- Modify "comments" table
ALTER TABLE "comments" ADD COLUMN "version" bigint NULL;
-- Modify "practices" table
ALTER TABLE "practices" ADD COLUMN "content_hash" character varying NOT NULL DEFAULT '', ADD COLUMN "shown_version" bigint NULL;
-- Create "practice_versions" table
CREATE TABLE "practice_versions" ("id" uuid NOT NULL, "practice_id" uuid NOT NULL, "number" bigint NOT NULL, "title" character varying NOT NULL, "description" text NOT NULL DEFAULT '', "kind" character varying NOT NULL, "data_categories" jsonb NULL, "affected_groups" jsonb NULL, "content_hash" character varying NOT NULL, "editor_id" uuid NOT NULL, "reason" text NOT NULL DEFAULT '', "created_at" timestamptz NOT NULL, PRIMARY KEY ("id"));
-- Create index "practiceversion_practice_id_number" to table: "practice_versions"
CREATE UNIQUE INDEX "practiceversion_practice_id_number" ON "practice_versions" ("practice_id", "number");
-- The act of the approval says for which party it was given.
UPDATE assessments SET approved_by_id = (SELECT a.stakeholder_id FROM acts a WHERE a.subject_id = assessments.id AND a.type = 'assessment.approved' ORDER BY a.seq DESC LIMIT 1) WHERE approved_at IS NOT NULL;
