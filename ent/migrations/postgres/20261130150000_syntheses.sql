-- Create "citations" table
CREATE TABLE "citations" ("id" uuid NOT NULL, "sentence_id" uuid NOT NULL, "synthesis_id" uuid NOT NULL, "comment_id" uuid NOT NULL, PRIMARY KEY ("id"));
-- Create index "citation_sentence_id_id" to table: "citations"
CREATE INDEX "citation_sentence_id_id" ON "citations" ("sentence_id", "id");
-- Create index "citation_synthesis_id_comment_id" to table: "citations"
CREATE INDEX "citation_synthesis_id_comment_id" ON "citations" ("synthesis_id", "comment_id");
-- Create "syntheses" table
CREATE TABLE "syntheses" ("id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "revision" bigint NOT NULL DEFAULT 1, "dialogue_id" uuid NOT NULL, "phase_id" uuid NOT NULL, "convenor_id" uuid NOT NULL, "number" bigint NOT NULL, "state" character varying NOT NULL DEFAULT 'PUBLISHED', "content_hash" character varying NOT NULL, "objections_until" timestamptz NOT NULL, PRIMARY KEY ("id"));
-- Create index "synthesis_dialogue_id_id" to table: "syntheses"
CREATE INDEX "synthesis_dialogue_id_id" ON "syntheses" ("dialogue_id", "id");
-- Create index "synthesis_phase_id_number" to table: "syntheses"
CREATE UNIQUE INDEX "synthesis_phase_id_number" ON "syntheses" ("phase_id", "number");
-- Create "synthesis_objections" table
CREATE TABLE "synthesis_objections" ("id" uuid NOT NULL, "synthesis_id" uuid NOT NULL, "party_id" uuid NOT NULL, "text" text NOT NULL, "created_at" timestamptz NOT NULL, "answer" text NOT NULL DEFAULT '', "answered_at" timestamptz NULL, PRIMARY KEY ("id"));
-- Create index "synthesisobjection_party_id_id" to table: "synthesis_objections"
CREATE INDEX "synthesisobjection_party_id_id" ON "synthesis_objections" ("party_id", "id");
-- Create index "synthesisobjection_synthesis_id_id" to table: "synthesis_objections"
CREATE INDEX "synthesisobjection_synthesis_id_id" ON "synthesis_objections" ("synthesis_id", "id");
-- Create index "synthesisobjection_synthesis_id_party_id" to table: "synthesis_objections"
CREATE UNIQUE INDEX "synthesisobjection_synthesis_id_party_id" ON "synthesis_objections" ("synthesis_id", "party_id");
-- Create index "synthesisobjection_unanswered" to table: "synthesis_objections"
CREATE INDEX "synthesisobjection_unanswered" ON "synthesis_objections" ("synthesis_id", "answered_at") WHERE (answered_at IS NULL);
-- Create "synthesis_sentences" table
CREATE TABLE "synthesis_sentences" ("id" uuid NOT NULL, "synthesis_id" uuid NOT NULL, "text" text NOT NULL, PRIMARY KEY ("id"));
-- Create index "synthesissentence_synthesis_id_id" to table: "synthesis_sentences"
CREATE INDEX "synthesissentence_synthesis_id_id" ON "synthesis_sentences" ("synthesis_id", "id");
