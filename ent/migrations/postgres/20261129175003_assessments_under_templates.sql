-- Create "answers" table
CREATE TABLE "answers" ("id" uuid NOT NULL, "assessment_id" uuid NOT NULL, "question" character varying NOT NULL, "revision" bigint NOT NULL, "latest" boolean NOT NULL DEFAULT true, "value" text NOT NULL, "note" text NOT NULL DEFAULT '', "author_id" uuid NOT NULL, "answered_at" timestamptz NOT NULL, PRIMARY KEY ("id"));
-- Create index "answer_assessment_id_question_revision" to table: "answers"
CREATE UNIQUE INDEX "answer_assessment_id_question_revision" ON "answers" ("assessment_id", "question", "revision");
-- Create "assessments" table
CREATE TABLE "assessments" ("id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "revision" bigint NOT NULL DEFAULT 1, "template_id" uuid NOT NULL, "subject_type" character varying NOT NULL, "subject_id" uuid NOT NULL, "subject_version" bigint NOT NULL, "firm_id" uuid NOT NULL, "member_id" uuid NOT NULL, "reference" character varying NULL, "title" character varying NOT NULL, "given" text NOT NULL DEFAULT '{}', "unplaced" jsonb NULL, "risks" jsonb NOT NULL, "level" bigint NULL, "score" bigint NOT NULL DEFAULT 0, "state" character varying NOT NULL DEFAULT 'DRAFT', "state_reason" text NOT NULL DEFAULT '', "version" bigint NOT NULL DEFAULT 1, "content_hash" character varying NULL, "approver_id" uuid NULL, "approved_by_id" uuid NULL, "approved_at" timestamptz NULL, "published_at" timestamptz NULL, PRIMARY KEY ("id"));
-- Create index "assessment_firm_id_id" to table: "assessments"
CREATE INDEX "assessment_firm_id_id" ON "assessments" ("firm_id", "id");
-- Create index "assessment_published_at_id" to table: "assessments"
CREATE INDEX "assessment_published_at_id" ON "assessments" ("published_at", "id");
-- Create index "assessment_reference" to table: "assessments"
CREATE UNIQUE INDEX "assessment_reference" ON "assessments" ("reference");
-- Create index "assessment_state_id" to table: "assessments"
CREATE INDEX "assessment_state_id" ON "assessments" ("state", "id");
-- Create index "assessment_subject_id_id" to table: "assessments"
CREATE INDEX "assessment_subject_id_id" ON "assessments" ("subject_id", "id");
-- Create index "assessment_template_id_id" to table: "assessments"
CREATE INDEX "assessment_template_id_id" ON "assessments" ("template_id", "id");
-- Create index "assessment_updated_at_id" to table: "assessments"
CREATE INDEX "assessment_updated_at_id" ON "assessments" ("updated_at", "id");
-- Create "assessment_versions" table
CREATE TABLE "assessment_versions" ("id" uuid NOT NULL, "assessment_id" uuid NOT NULL, "number" bigint NOT NULL, "document" text NOT NULL, "content_hash" character varying NOT NULL, "created_at" timestamptz NOT NULL, PRIMARY KEY ("id"));
-- Create index "assessmentversion_assessment_id_number" to table: "assessment_versions"
CREATE UNIQUE INDEX "assessmentversion_assessment_id_number" ON "assessment_versions" ("assessment_id", "number");
