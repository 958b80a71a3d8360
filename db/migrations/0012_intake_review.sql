CREATE TABLE "findings" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"contribution_id" uuid NOT NULL,
	"row" integer,
	"column" text,
	"code" text NOT NULL,
	"severity" text NOT NULL,
	"message" text NOT NULL,
	"fix" text NOT NULL,
	"detail" jsonb DEFAULT '{}'::jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "uploads" (
	"id" text PRIMARY KEY NOT NULL,
	"account_id" uuid NOT NULL,
	"datanet_id" uuid NOT NULL,
	"task_id" uuid,
	"file_name" text NOT NULL,
	"total_bytes" bigint NOT NULL,
	"offset_bytes" bigint DEFAULT 0 NOT NULL,
	"sha256" text,
	"status" text DEFAULT 'sending' NOT NULL,
	"contribution_id" uuid,
	"problem" jsonb,
	"expires_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "datanet_invitations" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"datanet_id" uuid NOT NULL,
	"token_hash" text NOT NULL,
	"role" text NOT NULL,
	"uses_left" integer NOT NULL,
	"created_by_id" uuid NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"revoked_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "datanet_invitations_token_hash_unique" UNIQUE("token_hash")
);
--> statement-breakpoint
CREATE TABLE "guideline_versions" (
	"datanet_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"text" text NOT NULL,
	"created_by_id" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "guideline_versions_datanet_id_number_pk" PRIMARY KEY("datanet_id","number")
);
--> statement-breakpoint
CREATE TABLE "known_answers" (
	"record_id" uuid PRIMARY KEY NOT NULL,
	"datanet_id" uuid NOT NULL,
	"expected" text NOT NULL,
	"explanation" text NOT NULL,
	"created_by_id" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "review_batches" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"datanet_id" uuid NOT NULL,
	"validator_id" uuid NOT NULL,
	"root" text NOT NULL,
	"decisions" integer NOT NULL,
	"made_at" bigint NOT NULL,
	"signature" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "review_drafts" (
	"record_id" uuid NOT NULL,
	"validator_id" uuid NOT NULL,
	"draft" jsonb NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "review_drafts_record_id_validator_id_pk" PRIMARY KEY("record_id","validator_id")
);
--> statement-breakpoint
DROP INDEX "records_contribution_row";--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "person_id" uuid DEFAULT gen_random_uuid() NOT NULL;--> statement-breakpoint
ALTER TABLE "contributions" ADD COLUMN "repaired_rows" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "contributions" ADD COLUMN "repairs" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "contributions" ADD COLUMN "health" jsonb;--> statement-breakpoint
ALTER TABLE "contributions" ADD COLUMN "plan" jsonb;--> statement-breakpoint
ALTER TABLE "contributions" ADD COLUMN "plan_verdict" text DEFAULT 'looking' NOT NULL;--> statement-breakpoint
ALTER TABLE "records" ADD COLUMN "revision" smallint DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "records" ADD COLUMN "fixed_by_id" uuid;--> statement-breakpoint
ALTER TABLE "records" ADD COLUMN "reviews_wanted" smallint DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "records" ADD COLUMN "is_audit" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "datanets" ADD COLUMN "read_access" text DEFAULT 'everyone' NOT NULL;--> statement-breakpoint
ALTER TABLE "datanets" ADD COLUMN "contribute_access" text DEFAULT 'everyone' NOT NULL;--> statement-breakpoint
ALTER TABLE "datanets" ADD COLUMN "review_rules" jsonb DEFAULT '{"doubleShare":0.1,"knownShare":0.07,"acceptableRate":0.01,"rejectableRate":0.08}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "datanets" ADD COLUMN "guidelines_number" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "review_claims" ADD COLUMN "claimed_at" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "reviews" ADD COLUMN "part" text DEFAULT 'decision' NOT NULL;--> statement-breakpoint
ALTER TABLE "reviews" ADD COLUMN "spans" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "reviews" ADD COLUMN "fixed" jsonb;--> statement-breakpoint
ALTER TABLE "reviews" ADD COLUMN "guidelines_number" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "reviews" ADD COLUMN "took_ms" integer;--> statement-breakpoint
ALTER TABLE "reviews" ADD COLUMN "batch_id" uuid;--> statement-breakpoint
ALTER TABLE "findings" ADD CONSTRAINT "findings_contribution_id_contributions_id_fk" FOREIGN KEY ("contribution_id") REFERENCES "public"."contributions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "uploads" ADD CONSTRAINT "uploads_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "uploads" ADD CONSTRAINT "uploads_datanet_id_datanets_id_fk" FOREIGN KEY ("datanet_id") REFERENCES "public"."datanets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "uploads" ADD CONSTRAINT "uploads_contribution_id_contributions_id_fk" FOREIGN KEY ("contribution_id") REFERENCES "public"."contributions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "datanet_invitations" ADD CONSTRAINT "datanet_invitations_datanet_id_datanets_id_fk" FOREIGN KEY ("datanet_id") REFERENCES "public"."datanets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "datanet_invitations" ADD CONSTRAINT "datanet_invitations_created_by_id_accounts_id_fk" FOREIGN KEY ("created_by_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "guideline_versions" ADD CONSTRAINT "guideline_versions_datanet_id_datanets_id_fk" FOREIGN KEY ("datanet_id") REFERENCES "public"."datanets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "guideline_versions" ADD CONSTRAINT "guideline_versions_created_by_id_accounts_id_fk" FOREIGN KEY ("created_by_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "known_answers" ADD CONSTRAINT "known_answers_record_id_records_id_fk" FOREIGN KEY ("record_id") REFERENCES "public"."records"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "known_answers" ADD CONSTRAINT "known_answers_datanet_id_datanets_id_fk" FOREIGN KEY ("datanet_id") REFERENCES "public"."datanets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "known_answers" ADD CONSTRAINT "known_answers_created_by_id_accounts_id_fk" FOREIGN KEY ("created_by_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "review_batches" ADD CONSTRAINT "review_batches_datanet_id_datanets_id_fk" FOREIGN KEY ("datanet_id") REFERENCES "public"."datanets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "review_batches" ADD CONSTRAINT "review_batches_validator_id_accounts_id_fk" FOREIGN KEY ("validator_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "review_drafts" ADD CONSTRAINT "review_drafts_record_id_records_id_fk" FOREIGN KEY ("record_id") REFERENCES "public"."records"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "review_drafts" ADD CONSTRAINT "review_drafts_validator_id_accounts_id_fk" FOREIGN KEY ("validator_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "findings_contribution" ON "findings" USING btree ("contribution_id","row");--> statement-breakpoint
CREATE INDEX "uploads_account" ON "uploads" USING btree ("account_id","status");--> statement-breakpoint
CREATE INDEX "datanet_invitations_datanet" ON "datanet_invitations" USING btree ("datanet_id");--> statement-breakpoint
CREATE INDEX "known_answers_datanet" ON "known_answers" USING btree ("datanet_id");--> statement-breakpoint
CREATE INDEX "review_batches_datanet" ON "review_batches" USING btree ("datanet_id","validator_id");--> statement-breakpoint
ALTER TABLE "records" ADD CONSTRAINT "records_fixed_by_id_accounts_id_fk" FOREIGN KEY ("fixed_by_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reviews" ADD CONSTRAINT "reviews_batch_id_review_batches_id_fk" FOREIGN KEY ("batch_id") REFERENCES "public"."review_batches"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "records_waiting" ON "records" USING btree ("datanet_id","id","contributor_id","reviews_wanted") WHERE status = 'pending';--> statement-breakpoint
CREATE INDEX "records_contribution_waiting" ON "records" USING btree ("contribution_id","reviews_wanted") WHERE status = 'pending';--> statement-breakpoint
CREATE INDEX "records_contribution_settled" ON "records" USING btree ("contribution_id","is_audit","status") WHERE status in ('accepted', 'rejected', 'sent_back', 'replaced');--> statement-breakpoint
CREATE INDEX "records_accepted_prompt" ON "records" USING btree ("datanet_id",md5(prompt)) WHERE status = 'accepted';--> statement-breakpoint
CREATE INDEX "reviews_batch" ON "reviews" USING btree ("batch_id");--> statement-breakpoint
CREATE UNIQUE INDEX "records_contribution_row" ON "records" USING btree ("contribution_id","row_number","revision");--> statement-breakpoint
INSERT INTO "guideline_versions" ("datanet_id", "number", "text", "created_by_id", "created_at")
SELECT "id", 1, "guidelines", "owner_id", "created_at" FROM "datanets";
