CREATE TABLE "accounts" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"address" text NOT NULL,
	"name" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "accounts_address_unique" UNIQUE("address")
);
--> statement-breakpoint
CREATE TABLE "auth_nonces" (
	"nonce" text PRIMARY KEY NOT NULL,
	"browser_hash" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"token_hash" text PRIMARY KEY NOT NULL,
	"account_id" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"revoked_at" timestamp with time zone,
	"user_agent" text
);
--> statement-breakpoint
CREATE TABLE "adapter_cards" (
	"adapter_id" uuid PRIMARY KEY NOT NULL,
	"sha256" text NOT NULL,
	"card" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "adapters" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"run_id" uuid NOT NULL,
	"datanet_id" uuid NOT NULL,
	"builder_id" uuid NOT NULL,
	"name" text NOT NULL,
	"base_id" text NOT NULL,
	"sha256" text NOT NULL,
	"config_sha256" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "adapters_run_id_unique" UNIQUE("run_id"),
	CONSTRAINT "adapters_sha256_unique" UNIQUE("sha256")
);
--> statement-breakpoint
CREATE TABLE "audit_log" (
	"seq" bigserial PRIMARY KEY NOT NULL,
	"actor_id" uuid,
	"action" text NOT NULL,
	"subject" text NOT NULL,
	"data" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"previous_hash" text NOT NULL,
	"hash" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "audit_log_hash_unique" UNIQUE("hash")
);
--> statement-breakpoint
CREATE TABLE "chain_cursors" (
	"chain_id" integer PRIMARY KEY NOT NULL,
	"block_number" bigint NOT NULL,
	"block_hash" text NOT NULL,
	"genesis_hash" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "chain_events" (
	"chain_id" integer NOT NULL,
	"tx_hash" text NOT NULL,
	"log_index" integer NOT NULL,
	"contract" text NOT NULL,
	"name" text NOT NULL,
	"args" jsonb NOT NULL,
	"block_number" bigint NOT NULL,
	"block_hash" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "chain_events_chain_id_tx_hash_log_index_pk" PRIMARY KEY("chain_id","tx_hash","log_index")
);
--> statement-breakpoint
CREATE TABLE "chain_transactions" (
	"hash" text PRIMARY KEY NOT NULL,
	"chain_id" integer NOT NULL,
	"purpose" text NOT NULL,
	"subject_id" uuid NOT NULL,
	"account_id" uuid NOT NULL,
	"nonce" integer,
	"status" text DEFAULT 'submitted' NOT NULL,
	"block_number" bigint,
	"problem" text,
	"replaced_by" text,
	"settled_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "contributions" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"datanet_id" uuid NOT NULL,
	"contributor_id" uuid NOT NULL,
	"file_name" text NOT NULL,
	"file_sha256" text NOT NULL,
	"file_bytes" bigint NOT NULL,
	"licence" text NOT NULL,
	"status" text DEFAULT 'uploaded' NOT NULL,
	"fence" integer DEFAULT 0 NOT NULL,
	"mapping" jsonb,
	"inspection" jsonb,
	"uploaded_rows" integer DEFAULT 0 NOT NULL,
	"kept_rows" integer DEFAULT 0 NOT NULL,
	"set_aside_rows" integer DEFAULT 0 NOT NULL,
	"parsed_rows" integer DEFAULT 0 NOT NULL,
	"problem" jsonb,
	"submitted_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "records" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"contribution_id" uuid NOT NULL,
	"datanet_id" uuid NOT NULL,
	"contributor_id" uuid NOT NULL,
	"row_number" integer NOT NULL,
	"prompt" text NOT NULL,
	"answer" text NOT NULL,
	"system" text DEFAULT '' NOT NULL,
	"category" text DEFAULT '' NOT NULL,
	"source" text DEFAULT '' NOT NULL,
	"row_hash" text NOT NULL,
	"salt" text NOT NULL,
	"status" text DEFAULT 'draft' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "row_problems" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"contribution_id" uuid NOT NULL,
	"row" integer,
	"column" text,
	"code" text NOT NULL,
	"message" text NOT NULL,
	"fix" text NOT NULL,
	"raw" text
);
--> statement-breakpoint
CREATE TABLE "datanet_members" (
	"datanet_id" uuid NOT NULL,
	"account_id" uuid NOT NULL,
	"is_validator" boolean DEFAULT false NOT NULL,
	"is_validator_on_chain" boolean DEFAULT false NOT NULL,
	"joined_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "datanet_members_datanet_id_account_id_pk" PRIMARY KEY("datanet_id","account_id")
);
--> statement-breakpoint
CREATE TABLE "datanets" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"owner_id" uuid NOT NULL,
	"goal" text NOT NULL,
	"name" text NOT NULL,
	"purpose" text NOT NULL,
	"guidelines" text NOT NULL,
	"licence" text NOT NULL,
	"labels" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"policy_hash" text NOT NULL,
	"status" text DEFAULT 'draft' NOT NULL,
	"chain_datanet_id" numeric(78,0),
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "datanets_chain_datanet_id_unique" UNIQUE("chain_datanet_id")
);
--> statement-breakpoint
CREATE TABLE "benchmarks" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"snapshot_id" uuid NOT NULL,
	"metric" text NOT NULL,
	"items" integer NOT NULL,
	"test_sha256" text NOT NULL,
	"openings" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "benchmarks_snapshot_id_unique" UNIQUE("snapshot_id")
);
--> statement-breakpoint
CREATE TABLE "evaluations" (
	"run_id" uuid PRIMARY KEY NOT NULL,
	"benchmark_id" uuid NOT NULL,
	"sha256" text NOT NULL,
	"verdict" text NOT NULL,
	"summary" jsonb NOT NULL,
	"opening" integer NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "influence_scores" (
	"run_id" uuid NOT NULL,
	"scope" text NOT NULL,
	"subject_id" uuid NOT NULL,
	"rows" integer DEFAULT 1 NOT NULL,
	"value" double precision NOT NULL,
	"low" double precision,
	"high" double precision,
	CONSTRAINT "influence_scores_run_id_scope_subject_id_pk" PRIMARY KEY("run_id","scope","subject_id")
);
--> statement-breakpoint
CREATE TABLE "publications" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"adapter_id" uuid NOT NULL,
	"status" text DEFAULT 'checking' NOT NULL,
	"fence" integer DEFAULT 0 NOT NULL,
	"checks" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"pub" jsonb,
	"voucher" text,
	"token_id" numeric(78,0),
	"tx_hash" text,
	"final_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "publications_adapter_id_unique" UNIQUE("adapter_id")
);
--> statement-breakpoint
CREATE TABLE "review_claims" (
	"record_id" uuid PRIMARY KEY NOT NULL,
	"datanet_id" uuid NOT NULL,
	"validator_id" uuid NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "reviews" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"record_id" uuid NOT NULL,
	"validator_id" uuid NOT NULL,
	"decision" text NOT NULL,
	"reason" text,
	"note" text,
	"basis" text DEFAULT 'read' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "snapshot_approvals" (
	"snapshot_id" uuid NOT NULL,
	"validator_id" uuid NOT NULL,
	"signature" text NOT NULL,
	"deadline" numeric(78,0) NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "snapshot_approvals_snapshot_id_validator_id_pk" PRIMARY KEY("snapshot_id","validator_id")
);
--> statement-breakpoint
CREATE TABLE "snapshot_records" (
	"snapshot_id" uuid NOT NULL,
	"record_id" uuid NOT NULL,
	"leaf" text NOT NULL,
	"cluster" text NOT NULL,
	"side" text NOT NULL,
	"sealed" boolean DEFAULT false NOT NULL,
	"removed_reason" text,
	CONSTRAINT "snapshot_records_snapshot_id_record_id_pk" PRIMARY KEY("snapshot_id","record_id")
);
--> statement-breakpoint
CREATE TABLE "snapshots" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"datanet_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"status" text DEFAULT 'preparing' NOT NULL,
	"created_by_id" uuid NOT NULL,
	"rows" integer DEFAULT 0 NOT NULL,
	"root" text,
	"manifest_sha256" text,
	"split_sha256" text,
	"split" jsonb,
	"approval_deadline" numeric(78,0),
	"problem" text,
	"frozen_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "run_events" (
	"run_id" uuid NOT NULL,
	"stage" text NOT NULL,
	"seq" integer NOT NULL,
	"attempt" integer NOT NULL,
	"type" text NOT NULL,
	"level" text NOT NULL,
	"message" text NOT NULL,
	"data" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "run_events_run_id_stage_seq_pk" PRIMARY KEY("run_id","stage","seq")
);
--> statement-breakpoint
CREATE TABLE "training_runs" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"datanet_id" uuid NOT NULL,
	"snapshot_id" uuid NOT NULL,
	"builder_id" uuid NOT NULL,
	"base_id" text NOT NULL,
	"base_hash" text NOT NULL,
	"preset" text NOT NULL,
	"seed" integer NOT NULL,
	"metric" text NOT NULL,
	"hypothesis" text NOT NULL,
	"config" jsonb NOT NULL,
	"config_hash" text NOT NULL,
	"commit_salt" text NOT NULL,
	"run_commit" text NOT NULL,
	"status" text DEFAULT 'commit' NOT NULL,
	"is_cancel_requested" boolean DEFAULT false NOT NULL,
	"fence" integer DEFAULT 0 NOT NULL,
	"progress" jsonb,
	"problem" jsonb,
	"inputs" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"artifacts" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"stage_seconds" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"started_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "training_runs_run_commit_unique" UNIQUE("run_commit")
);
--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "adapter_cards" ADD CONSTRAINT "adapter_cards_adapter_id_adapters_id_fk" FOREIGN KEY ("adapter_id") REFERENCES "public"."adapters"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "adapters" ADD CONSTRAINT "adapters_run_id_training_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."training_runs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "adapters" ADD CONSTRAINT "adapters_datanet_id_datanets_id_fk" FOREIGN KEY ("datanet_id") REFERENCES "public"."datanets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "adapters" ADD CONSTRAINT "adapters_builder_id_accounts_id_fk" FOREIGN KEY ("builder_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "chain_transactions" ADD CONSTRAINT "chain_transactions_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "contributions" ADD CONSTRAINT "contributions_datanet_id_datanets_id_fk" FOREIGN KEY ("datanet_id") REFERENCES "public"."datanets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "contributions" ADD CONSTRAINT "contributions_contributor_id_accounts_id_fk" FOREIGN KEY ("contributor_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "records" ADD CONSTRAINT "records_contribution_id_contributions_id_fk" FOREIGN KEY ("contribution_id") REFERENCES "public"."contributions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "records" ADD CONSTRAINT "records_datanet_id_datanets_id_fk" FOREIGN KEY ("datanet_id") REFERENCES "public"."datanets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "records" ADD CONSTRAINT "records_contributor_id_accounts_id_fk" FOREIGN KEY ("contributor_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "row_problems" ADD CONSTRAINT "row_problems_contribution_id_contributions_id_fk" FOREIGN KEY ("contribution_id") REFERENCES "public"."contributions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "datanet_members" ADD CONSTRAINT "datanet_members_datanet_id_datanets_id_fk" FOREIGN KEY ("datanet_id") REFERENCES "public"."datanets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "datanet_members" ADD CONSTRAINT "datanet_members_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "datanets" ADD CONSTRAINT "datanets_owner_id_accounts_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "benchmarks" ADD CONSTRAINT "benchmarks_snapshot_id_snapshots_id_fk" FOREIGN KEY ("snapshot_id") REFERENCES "public"."snapshots"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "evaluations" ADD CONSTRAINT "evaluations_run_id_training_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."training_runs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "evaluations" ADD CONSTRAINT "evaluations_benchmark_id_benchmarks_id_fk" FOREIGN KEY ("benchmark_id") REFERENCES "public"."benchmarks"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "influence_scores" ADD CONSTRAINT "influence_scores_run_id_training_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."training_runs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "publications" ADD CONSTRAINT "publications_adapter_id_adapters_id_fk" FOREIGN KEY ("adapter_id") REFERENCES "public"."adapters"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "review_claims" ADD CONSTRAINT "review_claims_record_id_records_id_fk" FOREIGN KEY ("record_id") REFERENCES "public"."records"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "review_claims" ADD CONSTRAINT "review_claims_datanet_id_datanets_id_fk" FOREIGN KEY ("datanet_id") REFERENCES "public"."datanets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "review_claims" ADD CONSTRAINT "review_claims_validator_id_accounts_id_fk" FOREIGN KEY ("validator_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reviews" ADD CONSTRAINT "reviews_record_id_records_id_fk" FOREIGN KEY ("record_id") REFERENCES "public"."records"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reviews" ADD CONSTRAINT "reviews_validator_id_accounts_id_fk" FOREIGN KEY ("validator_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "snapshot_approvals" ADD CONSTRAINT "snapshot_approvals_snapshot_id_snapshots_id_fk" FOREIGN KEY ("snapshot_id") REFERENCES "public"."snapshots"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "snapshot_approvals" ADD CONSTRAINT "snapshot_approvals_validator_id_accounts_id_fk" FOREIGN KEY ("validator_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "snapshot_records" ADD CONSTRAINT "snapshot_records_snapshot_id_snapshots_id_fk" FOREIGN KEY ("snapshot_id") REFERENCES "public"."snapshots"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "snapshot_records" ADD CONSTRAINT "snapshot_records_record_id_records_id_fk" FOREIGN KEY ("record_id") REFERENCES "public"."records"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "snapshots" ADD CONSTRAINT "snapshots_datanet_id_datanets_id_fk" FOREIGN KEY ("datanet_id") REFERENCES "public"."datanets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "snapshots" ADD CONSTRAINT "snapshots_created_by_id_accounts_id_fk" FOREIGN KEY ("created_by_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "run_events" ADD CONSTRAINT "run_events_run_id_training_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."training_runs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "training_runs" ADD CONSTRAINT "training_runs_datanet_id_datanets_id_fk" FOREIGN KEY ("datanet_id") REFERENCES "public"."datanets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "training_runs" ADD CONSTRAINT "training_runs_snapshot_id_snapshots_id_fk" FOREIGN KEY ("snapshot_id") REFERENCES "public"."snapshots"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "training_runs" ADD CONSTRAINT "training_runs_builder_id_accounts_id_fk" FOREIGN KEY ("builder_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "sessions_account" ON "sessions" USING btree ("account_id");--> statement-breakpoint
CREATE INDEX "audit_log_subject" ON "audit_log" USING btree ("subject");--> statement-breakpoint
CREATE INDEX "chain_events_name" ON "chain_events" USING btree ("name");--> statement-breakpoint
CREATE INDEX "chain_transactions_subject" ON "chain_transactions" USING btree ("subject_id");--> statement-breakpoint
CREATE INDEX "chain_transactions_status" ON "chain_transactions" USING btree ("status");--> statement-breakpoint
CREATE INDEX "contributions_datanet" ON "contributions" USING btree ("datanet_id","status");--> statement-breakpoint
CREATE INDEX "contributions_contributor" ON "contributions" USING btree ("contributor_id");--> statement-breakpoint
CREATE UNIQUE INDEX "records_contribution_row" ON "records" USING btree ("contribution_id","row_number");--> statement-breakpoint
CREATE INDEX "records_datanet_status" ON "records" USING btree ("datanet_id","status");--> statement-breakpoint
CREATE INDEX "records_row_hash" ON "records" USING btree ("datanet_id","row_hash");--> statement-breakpoint
CREATE INDEX "row_problems_contribution" ON "row_problems" USING btree ("contribution_id","row");--> statement-breakpoint
CREATE INDEX "datanet_members_account" ON "datanet_members" USING btree ("account_id");--> statement-breakpoint
CREATE INDEX "influence_scores_subject" ON "influence_scores" USING btree ("subject_id");--> statement-breakpoint
CREATE INDEX "review_claims_validator" ON "review_claims" USING btree ("datanet_id","validator_id");--> statement-breakpoint
CREATE UNIQUE INDEX "reviews_record_validator" ON "reviews" USING btree ("record_id","validator_id");--> statement-breakpoint
CREATE INDEX "reviews_validator" ON "reviews" USING btree ("validator_id","created_at");--> statement-breakpoint
CREATE INDEX "snapshot_records_side" ON "snapshot_records" USING btree ("snapshot_id","side");--> statement-breakpoint
CREATE INDEX "snapshot_records_record" ON "snapshot_records" USING btree ("record_id");--> statement-breakpoint
CREATE UNIQUE INDEX "snapshots_datanet_number" ON "snapshots" USING btree ("datanet_id","number");--> statement-breakpoint
CREATE INDEX "training_runs_datanet" ON "training_runs" USING btree ("datanet_id");--> statement-breakpoint
CREATE INDEX "training_runs_status" ON "training_runs" USING btree ("status");