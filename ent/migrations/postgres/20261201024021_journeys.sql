-- Create "journeys" table
CREATE TABLE "journeys" ("id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "revision" bigint NOT NULL DEFAULT 1, "firm_id" uuid NOT NULL, "name" character varying NOT NULL, "mode" character varying NOT NULL, "plan_id" uuid NULL, "walked" jsonb NULL, "cases" bigint NULL, "other_cases" bigint NULL, "mapping" jsonb NULL, "file_hash" character varying NULL, "state" character varying NOT NULL DEFAULT 'DRAFT', "state_reason" text NOT NULL DEFAULT '', PRIMARY KEY ("id"));
-- Create index "journey_firm_id_id" to table: "journeys"
CREATE INDEX "journey_firm_id_id" ON "journeys" ("firm_id", "id");
-- Create index "journey_plan_id_id" to table: "journeys"
CREATE INDEX "journey_plan_id_id" ON "journeys" ("plan_id", "id");
-- Create index "journey_updated_at_id" to table: "journeys"
CREATE INDEX "journey_updated_at_id" ON "journeys" ("updated_at", "id");
-- Create "touchpoints" table
CREATE TABLE "touchpoints" ("id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "revision" bigint NOT NULL DEFAULT 1, "journey_id" uuid NOT NULL, "position" bigint NOT NULL, "name" character varying NOT NULL, "kind" character varying NOT NULL, "initiator" character varying NOT NULL, "channel" character varying NOT NULL, "service_category" character varying NOT NULL DEFAULT '', "weight" bigint NOT NULL, "stimulus" text NOT NULL DEFAULT '', "collected_by" character varying NOT NULL DEFAULT '', "data_categories" jsonb NULL, "reacts_within" character varying NOT NULL DEFAULT '', "keeps_days" bigint NULL, "gap_goal" character varying NOT NULL DEFAULT '', "gap_goal_due_at" timestamptz NULL, "state" character varying NOT NULL DEFAULT 'PRESENT', PRIMARY KEY ("id"));
-- Create index "touchpoint_journey_id_position_id" to table: "touchpoints"
CREATE INDEX "touchpoint_journey_id_position_id" ON "touchpoints" ("journey_id", "position", "id");
