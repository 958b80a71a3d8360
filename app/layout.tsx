import type { Metadata, Viewport } from "next";
import { headers } from "next/headers";
import type { ReactNode } from "react";
import { SiteFooter } from "@/components/account/site-footer";
import { SiteHeader } from "@/components/account/site-header";
import { DoEarlyPresses } from "@/components/common/do-early-presses";
import { EARLY_PRESSES_SCRIPT } from "@/components/common/early-presses";
import { FocusMain, SkipLink } from "@/components/common/focus-main";
import { THEME_SCRIPT } from "@/components/common/theme";
import { GuidePanel } from "@/components/guide/guide-panel";
import { TRPCProvider } from "@/components/trpc/client";
import "./globals.css";
import { Prefetch } from "./prefetch";

export const metadata: Metadata = {
  title: { default: "ModelFactory", template: "%s · ModelFactory" },
  description:
    "Build a small model together from examples, see whether it got better and because of whose data.",
};

export const viewport: Viewport = { width: "device-width", initialScale: 1, colorScheme: "light dark" };

/** Zod tries out whether it may make code of text; our policy says no, and the browser would report each try. */
const ZOD_SCRIPT = "globalThis.__zod_globalConfig={jitless:true}";
const FIRST_SCRIPTS = `${THEME_SCRIPT};${EARLY_PRESSES_SCRIPT};${ZOD_SCRIPT}`;

export default async function RootLayout({ children }: { children: ReactNode }) {
  const nonce = (await headers()).get("x-nonce") ?? undefined;
  return (
    <html lang="en" suppressHydrationWarning>
      <head>
        {/* biome-ignore lint/security/noDangerouslySetInnerHtml: constants of ours that must run before the first paint */}
        <script nonce={nonce} dangerouslySetInnerHTML={{ __html: FIRST_SCRIPTS }} />
      </head>
      <body className="flex min-h-dvh flex-col">
        <TRPCProvider>
          <SkipLink />
          <FocusMain />
          <DoEarlyPresses />
          {/* Around the page too: what it shows depends on who looks, on the server and in the browser alike. */}
          <Prefetch queries={(trpc) => [trpc.account.me.queryOptions(), trpc.guide.get.queryOptions()]}>
            <SiteHeader />
            <GuidePanel />
            <main
              id="main"
              tabIndex={-1}
              className="mx-auto w-full max-w-page flex-1 px-4 py-8 outline-none sm:px-6"
            >
              {children}
            </main>
          </Prefetch>
          <SiteFooter />
        </TRPCProvider>
      </body>
    </html>
  );
}
