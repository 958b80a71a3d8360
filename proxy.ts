import { type NextRequest, NextResponse } from "next/server";

/**
 * Only the content security policy: authorisation is decided in every procedure and never here.
 * Uploads are left out of the matcher, because a proxied body is cut at 10 MB without a word.
 */
export function proxy(request: NextRequest): NextResponse {
  const nonce = Buffer.from(crypto.randomUUID()).toString("base64");
  const isDevelopment = process.env.NODE_ENV === "development";
  const rpc = new URL(process.env.CHAIN_PUBLIC_RPC_URL ?? process.env.CHAIN_RPC_URL ?? "http://127.0.0.1")
    .origin;
  const walletConnect = process.env.WALLETCONNECT_PROJECT_ID
    ? " wss://relay.walletconnect.com https://*.walletconnect.com"
    : "";
  const policy = [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${isDevelopment ? " 'unsafe-eval'" : ""}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src 'self' ${rpc}${walletConnect}${isDevelopment ? " ws:" : ""}`,
    "frame-src 'self'",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
  const headers = new Headers(request.headers);
  headers.set("x-nonce", nonce);
  headers.set("content-security-policy", policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("content-security-policy", policy);
  return response;
}

export const config = { matcher: ["/((?!api/|_next/|icon.svg).*)"] };
