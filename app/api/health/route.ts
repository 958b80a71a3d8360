import { getHealth } from "@/server/health";

export const dynamic = "force-dynamic";

export async function GET(): Promise<Response> {
  const health = await getHealth();
  if (health.status === "ok") return Response.json(health);
  return Response.json(health, { status: 503, headers: { "retry-after": "2" } });
}
