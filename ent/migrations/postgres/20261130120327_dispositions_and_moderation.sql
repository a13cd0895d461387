-- Modify "comments" table
ALTER TABLE "comments" ADD COLUMN "owed" boolean NOT NULL DEFAULT false, ADD COLUMN "outcome" character varying NULL;
-- Create index "comment_owed" to table: "comments"
CREATE INDEX "comment_owed" ON "comments" ("dialogue_id", "outcome", "id") WHERE (owed AND ((state)::text = 'VISIBLE'::text));
-- Create "comment_translations" table
CREATE TABLE "comment_translations" ("id" uuid NOT NULL, "comment_id" uuid NOT NULL, "language" character varying NOT NULL, "party_id" uuid NOT NULL, "member_id" uuid NOT NULL, "body" text NOT NULL, "created_at" timestamptz NOT NULL, PRIMARY KEY ("id"));
-- Create index "commenttranslation_comment_id_id" to table: "comment_translations"
CREATE INDEX "commenttranslation_comment_id_id" ON "comment_translations" ("comment_id", "id");
-- Create index "commenttranslation_comment_id_language_party_id" to table: "comment_translations"
CREATE UNIQUE INDEX "commenttranslation_comment_id_language_party_id" ON "comment_translations" ("comment_id", "language", "party_id");
-- Create index "commenttranslation_party_id_id" to table: "comment_translations"
CREATE INDEX "commenttranslation_party_id_id" ON "comment_translations" ("party_id", "id");
-- Create "content_reports" table
CREATE TABLE "content_reports" ("id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "revision" bigint NOT NULL DEFAULT 1, "reported_type" character varying NOT NULL, "reported_id" uuid NOT NULL, "subject_type" character varying NOT NULL, "subject_id" uuid NOT NULL, "dialogue_id" uuid NULL, "author_id" uuid NOT NULL, "party_id" uuid NOT NULL, "member_id" uuid NOT NULL, "reason" text NOT NULL, "state" character varying NOT NULL DEFAULT 'OPEN', PRIMARY KEY ("id"));
-- Create index "content_report_open" to table: "content_reports"
CREATE INDEX "content_report_open" ON "content_reports" ("reported_id", "id") WHERE ((state)::text = 'OPEN'::text);
-- Create index "contentreport_party_id_created_at" to table: "content_reports"
CREATE INDEX "contentreport_party_id_created_at" ON "content_reports" ("party_id", "created_at");
-- Create index "contentreport_reported_id_party_id" to table: "content_reports"
CREATE UNIQUE INDEX "contentreport_reported_id_party_id" ON "content_reports" ("reported_id", "party_id");
-- Create "dispositions" table
CREATE TABLE "dispositions" ("id" uuid NOT NULL, "comment_id" uuid NOT NULL, "number" bigint NOT NULL, "outcome" character varying NOT NULL, "reason" text NOT NULL, "version_id" uuid NULL, "party_id" uuid NOT NULL, "member_id" uuid NOT NULL, "created_at" timestamptz NOT NULL, PRIMARY KEY ("id"));
-- Create index "disposition_comment_id_number" to table: "dispositions"
CREATE UNIQUE INDEX "disposition_comment_id_number" ON "dispositions" ("comment_id", "number");
-- Create "hidings" table
CREATE TABLE "hidings" ("id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "revision" bigint NOT NULL DEFAULT 1, "hidden_type" character varying NOT NULL, "hidden_id" uuid NOT NULL, "subject_type" character varying NOT NULL, "subject_id" uuid NOT NULL, "dialogue_id" uuid NULL, "author_id" uuid NOT NULL, "party_id" uuid NULL, "member_id" uuid NULL, "reason" text NOT NULL, "state" character varying NOT NULL DEFAULT 'HIDDEN', "appeal" text NOT NULL DEFAULT '', "appellant_id" uuid NULL, "appealed_at" timestamptz NULL, "due_at" timestamptz NULL, "overdue_at" timestamptz NULL, "decision" text NOT NULL DEFAULT '', "decided_by" uuid NULL, "decider_id" uuid NULL, "decided_at" timestamptz NULL, "restored_because" text NOT NULL DEFAULT '', "restored_at" timestamptz NULL, PRIMARY KEY ("id"));
-- Create index "hiding_author_id_id" to table: "hidings"
CREATE INDEX "hiding_author_id_id" ON "hidings" ("author_id", "id");
-- Create index "hiding_dialogue_id_id" to table: "hidings"
CREATE INDEX "hiding_dialogue_id_id" ON "hidings" ("dialogue_id", "id");
-- Create index "hiding_due" to table: "hidings"
CREATE INDEX "hiding_due" ON "hidings" ("due_at") WHERE (((state)::text = 'APPEALED'::text) AND (overdue_at IS NULL));
-- Create index "hiding_hidden_id_id" to table: "hidings"
CREATE INDEX "hiding_hidden_id_id" ON "hidings" ("hidden_id", "id");
-- What is hidden already has its entry in the log of moderation, without who hid it, which no row says.
INSERT INTO hidings (id, created_at, updated_at, revision, hidden_type, hidden_id, subject_type, subject_id, dialogue_id, author_id, reason, state, appeal, decision, restored_because)
SELECT id, updated_at, updated_at, 1, 'COMMENT', id, subject_type, subject_id, dialogue_id, author_id, state_reason, 'HIDDEN', '', '', '' FROM comments WHERE state = 'HIDDEN';
