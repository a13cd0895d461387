-- Drop index "comment_subject_id_depth_agrees_id" from table: "comments"
DROP INDEX "comment_subject_id_depth_agrees_id";
-- Modify "comments" table
ALTER TABLE "comments" ADD COLUMN "phase_id" uuid NULL, ADD COLUMN "late" bigint NOT NULL DEFAULT 0, ADD COLUMN "owed" boolean NOT NULL DEFAULT false, ADD COLUMN "outcome" character varying NULL;
-- Create index "comment_owed" to table: "comments"
CREATE INDEX "comment_owed" ON "comments" ("dialogue_id", "outcome", "id") WHERE (owed AND ((state)::text = 'VISIBLE'::text));
-- Create index "comment_subject_id_depth_late_agrees_id" to table: "comments"
CREATE INDEX "comment_subject_id_depth_late_agrees_id" ON "comments" ("subject_id", "depth", "late", "agrees" DESC, "id" DESC);
-- Create index "comment_subject_id_depth_late_id" to table: "comments"
CREATE INDEX "comment_subject_id_depth_late_id" ON "comments" ("subject_id", "depth", "late", "id");
-- Modify "phases" table
ALTER TABLE "phases" ADD COLUMN "round" bigint NOT NULL DEFAULT 1, ADD COLUMN "takes_late" boolean NOT NULL DEFAULT false, ADD COLUMN "began_at" timestamptz NULL, ADD COLUMN "ended_at" timestamptz NULL;
-- Create index "phase_ended_at_opens_at" to table: "phases"
CREATE INDEX "phase_ended_at_opens_at" ON "phases" ("ended_at", "opens_at");
-- Create "dispositions" table
CREATE TABLE "dispositions" ("id" uuid NOT NULL, "comment_id" uuid NOT NULL, "number" bigint NOT NULL, "outcome" character varying NOT NULL, "reason" text NOT NULL, "version_id" uuid NULL, "party_id" uuid NOT NULL, "member_id" uuid NOT NULL, "created_at" timestamptz NOT NULL, PRIMARY KEY ("id"));
-- Create index "disposition_comment_id_number" to table: "dispositions"
CREATE UNIQUE INDEX "disposition_comment_id_number" ON "dispositions" ("comment_id", "number");
