CREATE TABLE "judgements" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"run_id" uuid NOT NULL,
	"account_id" uuid NOT NULL,
	"item_id" text NOT NULL,
	"is_tuned_first" boolean NOT NULL,
	"preference" text,
	"decided_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "model_judgements" (
	"run_id" uuid NOT NULL,
	"item_id" text NOT NULL,
	"model" text NOT NULL,
	"tuned_first" text NOT NULL,
	"base_first" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "model_judgements_run_id_item_id_model_pk" PRIMARY KEY("run_id","item_id","model")
);
--> statement-breakpoint
ALTER TABLE "datanets" ADD COLUMN "fields" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "judgements" ADD CONSTRAINT "judgements_run_id_training_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."training_runs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "judgements" ADD CONSTRAINT "judgements_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "model_judgements" ADD CONSTRAINT "model_judgements_run_id_training_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."training_runs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "judgements_once" ON "judgements" USING btree ("run_id","account_id","item_id");--> statement-breakpoint
CREATE INDEX "judgements_item" ON "judgements" USING btree ("run_id","item_id");