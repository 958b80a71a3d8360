CREATE TABLE "adapter_exports" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"adapter_id" uuid NOT NULL,
	"format" text NOT NULL,
	"status" text DEFAULT 'working' NOT NULL,
	"requested_by_id" uuid NOT NULL,
	"fence" integer DEFAULT 1 NOT NULL,
	"progress" jsonb,
	"problem" jsonb,
	"files" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"report" jsonb,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "adapters" DROP CONSTRAINT "adapters_sha256_unique";--> statement-breakpoint
ALTER TABLE "adapters" ALTER COLUMN "run_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "adapters" ALTER COLUMN "datanet_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "adapters" ADD COLUMN "origin" text DEFAULT 'trained' NOT NULL;--> statement-breakpoint
ALTER TABLE "adapters" ADD COLUMN "imported" jsonb;--> statement-breakpoint
ALTER TABLE "adapter_exports" ADD CONSTRAINT "adapter_exports_adapter_id_adapters_id_fk" FOREIGN KEY ("adapter_id") REFERENCES "public"."adapters"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "adapter_exports" ADD CONSTRAINT "adapter_exports_requested_by_id_accounts_id_fk" FOREIGN KEY ("requested_by_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "adapter_exports_adapter_format" ON "adapter_exports" USING btree ("adapter_id","format");--> statement-breakpoint
CREATE INDEX "adapter_exports_status" ON "adapter_exports" USING btree ("status");--> statement-breakpoint
CREATE UNIQUE INDEX "adapters_builder_sha256" ON "adapters" USING btree ("builder_id","sha256");--> statement-breakpoint
CREATE INDEX "adapters_sha256" ON "adapters" USING btree ("sha256");