-- Create "sign_offs" table
CREATE TABLE "sign_offs" ("id" uuid NOT NULL, "assessment_id" uuid NOT NULL, "version" bigint NOT NULL, "content_hash" character varying NOT NULL, "capacity" character varying NOT NULL, "party_id" uuid NOT NULL, "member_id" uuid NOT NULL, "reason" text NOT NULL DEFAULT '', "signed_at" timestamptz NOT NULL, PRIMARY KEY ("id"));
-- Create index "signoff_assessment_id_content_hash_member_id" to table: "sign_offs"
CREATE UNIQUE INDEX "signoff_assessment_id_content_hash_member_id" ON "sign_offs" ("assessment_id", "content_hash", "member_id");
-- Who approved an assessment has signed it
INSERT INTO sign_offs (id, assessment_id, version, content_hash, capacity, party_id, member_id, reason, signed_at)
  SELECT id, id, version, content_hash, 'APPROVER', approved_by_id, approver_id, '', approved_at FROM assessments
  WHERE approver_id IS NOT NULL AND approved_by_id IS NOT NULL AND approved_at IS NOT NULL AND content_hash IS NOT NULL;
-- Modify "assessments" table
ALTER TABLE "assessments" DROP COLUMN "approver_id", DROP COLUMN "approved_by_id", ADD COLUMN "opened_at" timestamptz NULL, ADD COLUMN "consultation_until" timestamptz NULL;
-- Create index "assessment_state_consultation_until" to table: "assessments"
CREATE INDEX "assessment_state_consultation_until" ON "assessments" ("state", "consultation_until");
-- What was published has been seen by all; what was not goes through a consultation first
UPDATE assessments SET opened_at = published_at WHERE published_at IS NOT NULL;
UPDATE assessments SET state = 'DRAFT', approved_at = NULL WHERE state IN ('IN_REVIEW', 'CHANGES_REQUESTED', 'APPROVED');
-- Create "assessment_authors" table
CREATE TABLE "assessment_authors" ("id" uuid NOT NULL, "assessment_id" uuid NOT NULL, "member_id" uuid NOT NULL, PRIMARY KEY ("id"));
-- Create index "assessmentauthor_assessment_id_member_id" to table: "assessment_authors"
CREATE UNIQUE INDEX "assessmentauthor_assessment_id_member_id" ON "assessment_authors" ("assessment_id", "member_id");
-- Create "opinions" table
CREATE TABLE "opinions" ("id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "revision" bigint NOT NULL DEFAULT 1, "assessment_id" uuid NOT NULL, "version" bigint NOT NULL, "question" character varying NOT NULL, "party_id" uuid NOT NULL, "member_id" uuid NOT NULL, "stance" character varying NOT NULL, "text" text NOT NULL DEFAULT '', "state" character varying NOT NULL DEFAULT 'GIVEN', "reply" text NOT NULL DEFAULT '', "replier_id" uuid NULL, "answered_at" timestamptz NULL, PRIMARY KEY ("id"));
-- Create index "opinion_assessment_id_id" to table: "opinions"
CREATE INDEX "opinion_assessment_id_id" ON "opinions" ("assessment_id", "id");
-- Create index "opinion_party_id_assessment_id" to table: "opinions"
CREATE INDEX "opinion_party_id_assessment_id" ON "opinions" ("party_id", "assessment_id");
-- Create "signers" table
CREATE TABLE "signers" ("id" uuid NOT NULL, "assessment_id" uuid NOT NULL, "capacity" character varying NOT NULL, "party_id" uuid NOT NULL, "member_id" uuid NULL, "state" character varying NOT NULL DEFAULT 'APPOINTED', "reason" text NOT NULL DEFAULT '', "replaced" boolean NOT NULL DEFAULT false, "appointed_at" timestamptz NOT NULL, "ended_at" timestamptz NULL, PRIMARY KEY ("id"));
-- Create index "signer_assessment_id_id" to table: "signers"
CREATE INDEX "signer_assessment_id_id" ON "signers" ("assessment_id", "id");
-- Create index "signer_party_id_assessment_id" to table: "signers"
CREATE INDEX "signer_party_id_assessment_id" ON "signers" ("party_id", "assessment_id");
-- Modify "answers" table
ALTER TABLE "answers" ADD COLUMN "version" bigint NOT NULL DEFAULT 1;
