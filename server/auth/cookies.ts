import { env } from "@/env";

/** `__Host-` cookies need https; on plain loopback http the same cookie goes without the prefix. */
const isSecure = () => env().APP_ORIGIN.startsWith("https://");
export const sessionCookieName = () => (isSecure() ? "__Host-mf_session" : "mf_session");
export const browserCookieName = () => (isSecure() ? "__Host-mf_browser" : "mf_browser");

export function serializeCookie(name: string, value: string, maxAgeSeconds: number): string {
  const secure = isSecure() ? "; Secure" : "";
  return `${name}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${maxAgeSeconds}${secure}`;
}

export function readCookie(header: string | null, name: string): string | null {
  for (const part of (header ?? "").split(";")) {
    const [key, ...rest] = part.trim().split("=");
    const value = rest.join("=");
    if (key === name && /^[0-9a-f]{32,64}$/.test(value)) return value;
  }
  return null;
}
