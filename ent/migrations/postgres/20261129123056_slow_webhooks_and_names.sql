-- Modify "stakeholders" table
ALTER TABLE "stakeholders" ADD COLUMN "name_key" character varying NULL, ADD COLUMN "name_skeleton" character varying NULL;
-- Create index "stakeholder_name_key" to table: "stakeholders"
CREATE UNIQUE INDEX "stakeholder_name_key" ON "stakeholders" ("name_key");
-- Create index "stakeholder_name_skeleton" to table: "stakeholders"
CREATE INDEX "stakeholder_name_skeleton" ON "stakeholders" ("name_skeleton");
-- Modify "webhooks" table
ALTER TABLE "webhooks" ADD COLUMN "slow" boolean NOT NULL DEFAULT false;
