-- Create "dead_letters" table
CREATE TABLE "dead_letters" ("id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "revision" bigint NOT NULL DEFAULT 1, "webhook_id" uuid NOT NULL, "act_id" uuid NOT NULL, "seq" bigint NOT NULL, "event_id" character varying NOT NULL, "type" character varying NOT NULL, "attempts" bigint NOT NULL, "reason" text NOT NULL, "state" character varying NOT NULL DEFAULT 'DEAD', PRIMARY KEY ("id"));
-- Create index "deadletter_webhook_id_act_id" to table: "dead_letters"
CREATE UNIQUE INDEX "deadletter_webhook_id_act_id" ON "dead_letters" ("webhook_id", "act_id");
-- Create index "deadletter_webhook_id_id" to table: "dead_letters"
CREATE INDEX "deadletter_webhook_id_id" ON "dead_letters" ("webhook_id", "id");
-- Create index "deadletter_webhook_id_state" to table: "dead_letters"
CREATE INDEX "deadletter_webhook_id_state" ON "dead_letters" ("webhook_id", "state");
-- Create "webhooks" table
CREATE TABLE "webhooks" ("id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "revision" bigint NOT NULL DEFAULT 1, "stakeholder_id" uuid NOT NULL, "member_id" uuid NOT NULL, "url" character varying NOT NULL, "description" text NOT NULL DEFAULT '', "types" jsonb NULL, "dialogue_id" uuid NULL, "scheme" character varying NOT NULL, "public_key" character varying NOT NULL DEFAULT '', "secret" bytea NULL, "previous_secret" bytea NULL, "previous_until" timestamptz NULL, "state" character varying NOT NULL DEFAULT 'PENDING', "state_reason" text NOT NULL DEFAULT '', "verified_at" timestamptz NULL, "challenge_at" timestamptz NULL, "challenge_attempt" bigint NOT NULL DEFAULT 0, "position" bigint NOT NULL DEFAULT 0, "replay_position" bigint NOT NULL DEFAULT 0, "replay_until" bigint NOT NULL DEFAULT 0, "delivered_seq" bigint NOT NULL DEFAULT 0, "delivered_at" timestamptz NULL, "attempt" bigint NOT NULL DEFAULT 0, "attempt_act" uuid NULL, "due_at" timestamptz NOT NULL, "failures" bigint NOT NULL DEFAULT 0, "failing_since" timestamptz NULL, "claimed_by" character varying NOT NULL DEFAULT '', "claimed_until" timestamptz NOT NULL, "fence" bigint NOT NULL DEFAULT 0, PRIMARY KEY ("id"));
-- Create index "webhook_stakeholder_id_id" to table: "webhooks"
CREATE INDEX "webhook_stakeholder_id_id" ON "webhooks" ("stakeholder_id", "id");
-- Create index "webhook_state_due_at" to table: "webhooks"
CREATE INDEX "webhook_state_due_at" ON "webhooks" ("state", "due_at");
-- Create "webhook_deliveries" table
CREATE TABLE "webhook_deliveries" ("id" uuid NOT NULL, "webhook_id" uuid NOT NULL, "act_id" uuid NULL, "seq" bigint NOT NULL DEFAULT 0, "event_id" character varying NOT NULL, "type" character varying NOT NULL, "attempt" bigint NOT NULL, "at" timestamptz NOT NULL, "status_code" bigint NULL, "duration_ms" bigint NOT NULL, "outcome" character varying NOT NULL, "detail" text NOT NULL DEFAULT '', "next_attempt_at" timestamptz NULL, PRIMARY KEY ("id"));
-- Create index "webhookdelivery_at" to table: "webhook_deliveries"
CREATE INDEX "webhookdelivery_at" ON "webhook_deliveries" ("at");
-- Create index "webhookdelivery_webhook_id_id" to table: "webhook_deliveries"
CREATE INDEX "webhookdelivery_webhook_id_id" ON "webhook_deliveries" ("webhook_id", "id");
