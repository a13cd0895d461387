-- Modify "assessment_versions" table
ALTER TABLE "assessment_versions" ADD COLUMN "consulted" boolean NOT NULL DEFAULT true;
-- What an earlier release handed in was for few to read, but for what it published
UPDATE assessment_versions SET consulted = false WHERE EXISTS (SELECT 1 FROM assessments a WHERE a.id = assessment_versions.assessment_id
  AND (a.opened_at IS NULL OR a.opened_at = a.published_at AND assessment_versions.number < a.version));
