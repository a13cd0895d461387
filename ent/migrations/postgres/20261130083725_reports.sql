-- Create "reports" table
CREATE TABLE "reports" ("id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "revision" bigint NOT NULL DEFAULT 1, "type" character varying NOT NULL, "audience" character varying NOT NULL, "language" character varying NOT NULL, "scope" text NOT NULL, "seq" bigint NOT NULL, "at" timestamptz NOT NULL, "party_id" uuid NULL, "state" character varying NOT NULL DEFAULT 'QUEUED', "hash" character varying NOT NULL DEFAULT '', "remade" jsonb NOT NULL, "problems" jsonb NOT NULL, "title" character varying NOT NULL DEFAULT '', "checkpoint" bigint NOT NULL DEFAULT 0, "note" text NOT NULL DEFAULT '', "failure" text NOT NULL DEFAULT '', "erased_at" timestamptz NULL, "queued_at" timestamptz NOT NULL, "finished_at" timestamptz NULL, "expires_at" timestamptz NULL, "holder" character varying NOT NULL DEFAULT '', "held_until" timestamptz NULL, "attempts" bigint NOT NULL DEFAULT 0, "progress" jsonb NULL, PRIMARY KEY ("id"));
-- Create index "report_seq_scope" to table: "reports"
CREATE UNIQUE INDEX "report_seq_scope" ON "reports" ("seq", "scope");
-- Create index "report_state_queued_at" to table: "reports"
CREATE INDEX "report_state_queued_at" ON "reports" ("state", "queued_at");
-- Create index "report_updated_at_id" to table: "reports"
CREATE INDEX "report_updated_at_id" ON "reports" ("updated_at", "id");
-- Create "report_files" table
CREATE TABLE "report_files" ("id" uuid NOT NULL, "report_id" uuid NOT NULL, "format" character varying NOT NULL, "bytes" bigint NOT NULL, "sha256" character varying NOT NULL, PRIMARY KEY ("id"));
-- Create index "reportfile_report_id_format" to table: "report_files"
CREATE UNIQUE INDEX "reportfile_report_id_format" ON "report_files" ("report_id", "format");
-- Create "report_holders" table
CREATE TABLE "report_holders" ("id" uuid NOT NULL, "report_id" uuid NOT NULL, "party_id" uuid NOT NULL, "member_id" uuid NULL, "jurisdictions" jsonb NULL, "asked_at" timestamptz NOT NULL, PRIMARY KEY ("id"));
-- Create index "reportholder_party_id_report_id" to table: "report_holders"
CREATE INDEX "reportholder_party_id_report_id" ON "report_holders" ("party_id", "report_id");
-- Create index "reportholder_report_id_party_id" to table: "report_holders"
CREATE UNIQUE INDEX "reportholder_report_id_party_id" ON "report_holders" ("report_id", "party_id");
-- Create "report_parties" table
CREATE TABLE "report_parties" ("id" uuid NOT NULL, "report_id" uuid NOT NULL, "party_id" uuid NOT NULL, PRIMARY KEY ("id"));
-- Create index "reportparty_party_id_report_id" to table: "report_parties"
CREATE UNIQUE INDEX "reportparty_party_id_report_id" ON "report_parties" ("party_id", "report_id");
-- Create index "reportparty_report_id" to table: "report_parties"
CREATE INDEX "reportparty_report_id" ON "report_parties" ("report_id");
-- Create "report_pieces" table
CREATE TABLE "report_pieces" ("id" uuid NOT NULL, "report_id" uuid NOT NULL, "format" character varying NOT NULL, "number" bigint NOT NULL, "content" bytea NOT NULL, PRIMARY KEY ("id"));
-- Create index "reportpiece_report_id_format_number" to table: "report_pieces"
CREATE UNIQUE INDEX "reportpiece_report_id_format_number" ON "report_pieces" ("report_id", "format", "number");
-- Create "row_versions" table
CREATE TABLE "row_versions" ("id" uuid NOT NULL, "act_id" uuid NULL, "seq" bigint NULL, "subject_id" uuid NOT NULL, "revision" bigint NOT NULL, "updated_at" timestamptz NOT NULL, "content" text NOT NULL, PRIMARY KEY ("id"));
-- Create index "rowversion_act_id_subject_id" to table: "row_versions"
CREATE UNIQUE INDEX "rowversion_act_id_subject_id" ON "row_versions" ("act_id", "subject_id");
-- Create index "rowversion_subject_id_revision" to table: "row_versions"
CREATE INDEX "rowversion_subject_id_revision" ON "row_versions" ("subject_id", "revision");
