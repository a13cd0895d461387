-- Create "templates" table
CREATE TABLE "templates" ("id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "revision" bigint NOT NULL DEFAULT 1, "key" character varying NOT NULL, "version" bigint NOT NULL, "reference" character varying NOT NULL, "importer_id" uuid NULL, "title" character varying NOT NULL, "jurisdictions" jsonb NULL, "languages" jsonb NOT NULL, "source" character varying NULL, "licence" character varying NULL, "document" text NOT NULL, "content_hash" character varying NOT NULL, "state" character varying NOT NULL DEFAULT 'DRAFT', "activated_at" timestamptz NULL, "retired_at" timestamptz NULL, PRIMARY KEY ("id"));
-- Create index "template_content_hash" to table: "templates"
CREATE UNIQUE INDEX "template_content_hash" ON "templates" ("content_hash");
-- Create index "template_key_version" to table: "templates"
CREATE UNIQUE INDEX "template_key_version" ON "templates" ("key", "version");
-- Create index "template_reference" to table: "templates"
CREATE UNIQUE INDEX "template_reference" ON "templates" ("reference");
-- Create index "template_updated_at_id" to table: "templates"
CREATE INDEX "template_updated_at_id" ON "templates" ("updated_at", "id");
