-- Modify "assessments" table
ALTER TABLE "assessments" ADD COLUMN "evidenced" jsonb NULL;
-- Create "files" table
CREATE TABLE "files" ("id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "revision" bigint NOT NULL DEFAULT 1, "party_id" uuid NOT NULL, "member_id" uuid NOT NULL, "name" character varying NOT NULL, "media_type" character varying NOT NULL, "bytes" bigint NOT NULL, "sha256" character varying NOT NULL, "state" character varying NOT NULL DEFAULT 'UPLOADED', "subject_type" character varying NULL, "subject_id" uuid NULL, "part" character varying NOT NULL DEFAULT '', "from_version" bigint NOT NULL DEFAULT 0, "until_version" bigint NOT NULL DEFAULT 0, PRIMARY KEY ("id"));
-- Create index "file_party_id_state" to table: "files"
CREATE INDEX "file_party_id_state" ON "files" ("party_id", "state");
-- Create index "file_sha256" to table: "files"
CREATE INDEX "file_sha256" ON "files" ("sha256");
-- Create index "file_state_created_at" to table: "files"
CREATE INDEX "file_state_created_at" ON "files" ("state", "created_at");
-- Create index "file_subject_id_id" to table: "files"
CREATE INDEX "file_subject_id_id" ON "files" ("subject_id", "id");
-- Create "file_chunks" table
CREATE TABLE "file_chunks" ("id" uuid NOT NULL, "sha256" character varying NOT NULL, "number" bigint NOT NULL, "content" bytea NOT NULL, PRIMARY KEY ("id"));
-- Create index "filechunk_sha256_number" to table: "file_chunks"
CREATE UNIQUE INDEX "filechunk_sha256_number" ON "file_chunks" ("sha256", "number");
