-- Modify "assessments" table
ALTER TABLE "assessments" ADD COLUMN "previous_id" uuid NULL, ADD COLUMN "next_review_due_at" timestamptz NULL;
-- Create index "assessment_previous_id" to table: "assessments"
CREATE INDEX "assessment_previous_id" ON "assessments" ("previous_id");
-- Create index "assessment_state_next_review_due_at" to table: "assessments"
CREATE INDEX "assessment_state_next_review_due_at" ON "assessments" ("state", "next_review_due_at");
-- Create "stalenesses" table
CREATE TABLE "stalenesses" ("id" uuid NOT NULL, "assessment_id" uuid NOT NULL, "cause" character varying NOT NULL, "because" text NOT NULL, "link_type" character varying NOT NULL, "link_id" uuid NULL, "since" timestamptz NOT NULL, "resolved_at" timestamptz NULL, PRIMARY KEY ("id"));
-- Create index "staleness_assessment_id_cause_id" to table: "stalenesses"
CREATE INDEX "staleness_assessment_id_cause_id" ON "stalenesses" ("assessment_id", "cause", "id");
