-- Create "import_chunks" table
CREATE TABLE "import_chunks" ("id" uuid NOT NULL, "import_id" uuid NOT NULL, "number" bigint NOT NULL, "content" bytea NOT NULL, PRIMARY KEY ("id"));
-- Create index "importchunk_import_id_number" to table: "import_chunks"
CREATE UNIQUE INDEX "importchunk_import_id_number" ON "import_chunks" ("import_id", "number");
-- Create "imports" table
CREATE TABLE "imports" ("id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "revision" bigint NOT NULL DEFAULT 1, "kind" character varying NOT NULL, "party_id" uuid NULL, "member_id" uuid NOT NULL, "starter_id" uuid NULL, "state" character varying NOT NULL DEFAULT 'CHECKED', "sha256" character varying NOT NULL, "bytes" bigint NOT NULL, "options" jsonb NOT NULL, "place" character varying NOT NULL DEFAULT '', "counts" jsonb NOT NULL, "fault_count" bigint NOT NULL DEFAULT 0, "faults" jsonb NOT NULL, "notes" jsonb NOT NULL, "results" jsonb NOT NULL, "failure" text NOT NULL DEFAULT '', "started_at" timestamptz NULL, "finished_at" timestamptz NULL, "holder" character varying NOT NULL DEFAULT '', "held_until" timestamptz NULL, "attempts" bigint NOT NULL DEFAULT 0, "progress" jsonb NULL, PRIMARY KEY ("id"));
-- Create index "imported_member_id_id" to table: "imports"
CREATE INDEX "imported_member_id_id" ON "imports" ("member_id", "id");
-- Create index "imported_party_id_id" to table: "imports"
CREATE INDEX "imported_party_id_id" ON "imports" ("party_id", "id");
-- Create index "imported_state_created_at" to table: "imports"
CREATE INDEX "imported_state_created_at" ON "imports" ("state", "created_at");
