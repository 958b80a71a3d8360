CREATE EXTENSION IF NOT EXISTS pg_trgm;--> statement-breakpoint
CREATE TABLE "comparisons" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"adapter_id" uuid NOT NULL,
	"account_id" uuid NOT NULL,
	"prompt" text NOT NULL,
	"prompt_sha256" text NOT NULL,
	"is_tuned_first" boolean NOT NULL,
	"base_answer" text,
	"tuned_answer" text,
	"vote" text,
	"voted_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "task_contributions" (
	"task_id" uuid NOT NULL,
	"contribution_id" uuid NOT NULL,
	CONSTRAINT "task_contributions_task_id_contribution_id_pk" PRIMARY KEY("task_id","contribution_id")
);
--> statement-breakpoint
CREATE TABLE "tasks" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"datanet_id" uuid NOT NULL,
	"adapter_id" uuid NOT NULL,
	"opened_by_id" uuid NOT NULL,
	"prompt" text NOT NULL,
	"prompt_sha256" text NOT NULL,
	"wrong_answer" text NOT NULL,
	"expected" text NOT NULL,
	"status" text DEFAULT 'open' NOT NULL,
	"done_by_id" uuid,
	"done_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "comparisons" ADD CONSTRAINT "comparisons_adapter_id_adapters_id_fk" FOREIGN KEY ("adapter_id") REFERENCES "public"."adapters"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "comparisons" ADD CONSTRAINT "comparisons_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "task_contributions" ADD CONSTRAINT "task_contributions_task_id_tasks_id_fk" FOREIGN KEY ("task_id") REFERENCES "public"."tasks"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "task_contributions" ADD CONSTRAINT "task_contributions_contribution_id_contributions_id_fk" FOREIGN KEY ("contribution_id") REFERENCES "public"."contributions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_datanet_id_datanets_id_fk" FOREIGN KEY ("datanet_id") REFERENCES "public"."datanets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_adapter_id_adapters_id_fk" FOREIGN KEY ("adapter_id") REFERENCES "public"."adapters"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_opened_by_id_accounts_id_fk" FOREIGN KEY ("opened_by_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_done_by_id_contributions_id_fk" FOREIGN KEY ("done_by_id") REFERENCES "public"."contributions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "comparisons_once" ON "comparisons" USING btree ("adapter_id","account_id","prompt_sha256");--> statement-breakpoint
CREATE INDEX "comparisons_adapter" ON "comparisons" USING btree ("adapter_id","vote");--> statement-breakpoint
CREATE INDEX "task_contributions_contribution" ON "task_contributions" USING btree ("contribution_id");--> statement-breakpoint
CREATE INDEX "tasks_datanet" ON "tasks" USING btree ("datanet_id","status");--> statement-breakpoint
CREATE UNIQUE INDEX "tasks_open_once" ON "tasks" USING btree ("datanet_id","prompt_sha256") WHERE "tasks"."status" = 'open';