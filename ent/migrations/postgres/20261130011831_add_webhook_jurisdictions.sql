-- Modify "webhooks" table
ALTER TABLE "webhooks" ADD COLUMN "jurisdictions" jsonb NULL;
