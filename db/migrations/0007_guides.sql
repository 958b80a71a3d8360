CREATE TABLE "guides" (
	"account_id" uuid PRIMARY KEY NOT NULL,
	"is_closed" boolean DEFAULT false NOT NULL,
	"looked_at" timestamp with time zone,
	"read_at" timestamp with time zone,
	"checked_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "guides" ADD CONSTRAINT "guides_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;