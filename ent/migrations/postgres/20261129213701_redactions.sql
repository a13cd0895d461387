-- Modify "assessment_versions" table
ALTER TABLE "assessment_versions" ADD COLUMN "published" text NOT NULL DEFAULT '';
-- Modify "assessments" table
ALTER TABLE "assessments" ADD COLUMN "redactions" jsonb NULL;
-- Modify "files" table
ALTER TABLE "files" ADD COLUMN "withheld" boolean NOT NULL DEFAULT false;
