ALTER TABLE "training_runs" ALTER COLUMN "status" SET DEFAULT 'checking';--> statement-breakpoint
ALTER TABLE "training_runs" ADD COLUMN "dry_run" jsonb;