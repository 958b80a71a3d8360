CREATE TABLE "training_run_snapshots" (
	"run_id" uuid NOT NULL,
	"snapshot_id" uuid NOT NULL,
	"datanet_id" uuid NOT NULL,
	"position" integer NOT NULL,
	CONSTRAINT "training_run_snapshots_run_id_position_pk" PRIMARY KEY("run_id","position")
);
--> statement-breakpoint
ALTER TABLE "training_runs" ADD COLUMN "kind" text DEFAULT 'training' NOT NULL;--> statement-breakpoint
ALTER TABLE "training_runs" ADD COLUMN "parent_run_id" uuid;--> statement-breakpoint
ALTER TABLE "training_runs" ADD COLUMN "excluded_contributor_ids" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "training_runs" ADD COLUMN "dropped" jsonb;--> statement-breakpoint
ALTER TABLE "training_run_snapshots" ADD CONSTRAINT "training_run_snapshots_run_id_training_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."training_runs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "training_run_snapshots" ADD CONSTRAINT "training_run_snapshots_snapshot_id_snapshots_id_fk" FOREIGN KEY ("snapshot_id") REFERENCES "public"."snapshots"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "training_run_snapshots" ADD CONSTRAINT "training_run_snapshots_datanet_id_datanets_id_fk" FOREIGN KEY ("datanet_id") REFERENCES "public"."datanets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "training_run_snapshots_datanet" ON "training_run_snapshots" USING btree ("run_id","datanet_id");--> statement-breakpoint
CREATE INDEX "training_run_snapshots_snapshot" ON "training_run_snapshots" USING btree ("snapshot_id");--> statement-breakpoint
ALTER TABLE "training_runs" ADD CONSTRAINT "training_runs_parent_run_id_training_runs_id_fk" FOREIGN KEY ("parent_run_id") REFERENCES "public"."training_runs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "training_runs_parent" ON "training_runs" USING btree ("parent_run_id");--> statement-breakpoint
INSERT INTO "training_run_snapshots" ("run_id", "snapshot_id", "datanet_id", "position") SELECT "id", "snapshot_id", "datanet_id", 0 FROM "training_runs";
