-- Add column "jurisdictions" to table: "webhooks"
ALTER TABLE `webhooks` ADD COLUMN `jurisdictions` json NULL;
