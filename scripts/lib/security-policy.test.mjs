import { expect, it } from "vitest";
import { securityPolicy } from "./security-policy.mjs";

const options = { rpcUrl: "http://127.0.0.1:8545/rpc", hasWalletConnect: false, isDev: false };
const ask = (url, over = {}) => {
  const request = {
    url,
    headers: { "x-nonce": "mine", "content-security-policy": "script-src 'nonce-mine'" },
  };
  const sent = new Map();
  securityPolicy({ ...options, ...over })(request, { setHeader: (name, value) => sent.set(name, value) });
  return { request, policy: sent.get("content-security-policy"), frames: sent.get("X-Frame-Options") };
};

it("a page gets a fresh nonce in both places, whatever the client said", () => {
  const { request, policy } = ask("/datanets?x=/api/");
  const nonce = request.headers["x-nonce"];
  expect(policy).toContain(`script-src 'self' 'nonce-${nonce}' 'strict-dynamic';`);
  expect(policy).toContain("connect-src 'self' http://127.0.0.1:8545;");
  expect(request.headers["content-security-policy"]).toBe(policy);
  expect(ask("/datanets").request.headers["x-nonce"]).not.toBe(nonce);
});

it("calls and files get none, and no page an outside host unless phones are wanted", () => {
  for (const url of ["/api/trpc/account.me", "/_next/static/a.js", "/icon.svg?x"])
    expect(ask(url)).toMatchObject({ policy: undefined, frames: "DENY", request: { headers: {} } });
  expect(ask("/").policy).not.toMatch(/walletconnect|unsafe-eval|ws:/);
  expect(ask("/", { hasWalletConnect: true }).policy).toContain("wss://relay.walletconnect.org;");
  expect(ask("/", { isDev: true }).policy).toContain("'unsafe-eval'");
});
