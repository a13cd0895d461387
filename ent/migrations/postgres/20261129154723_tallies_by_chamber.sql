-- Create "chamber_tallies" table
CREATE TABLE "chamber_tallies" ("id" uuid NOT NULL, "step" bigint NOT NULL, "agrees" bigint NOT NULL, "disagrees" bigint NOT NULL, "passes" bigint NOT NULL, "shown" jsonb NOT NULL, PRIMARY KEY ("id"));
