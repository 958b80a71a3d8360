ALTER TABLE "audit_log" ALTER COLUMN "previous_hash" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "audit_log" ALTER COLUMN "hash" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "audit_log" ADD COLUMN "place" bigint;--> statement-breakpoint
UPDATE "audit_log" SET "place" = link."place" FROM (SELECT "seq", row_number() OVER (ORDER BY "seq") AS "place" FROM "audit_log") AS link WHERE "audit_log"."seq" = link."seq";--> statement-breakpoint
CREATE INDEX "audit_log_unsealed" ON "audit_log" USING btree ("seq") WHERE "audit_log"."place" is null;--> statement-breakpoint
ALTER TABLE "audit_log" ADD CONSTRAINT "audit_log_place_unique" UNIQUE("place");