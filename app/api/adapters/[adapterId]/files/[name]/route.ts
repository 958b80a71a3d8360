import { Readable } from "node:stream";
import { openAdapterFile } from "@/server/adapter/files";
import { createContext } from "@/server/context";
import { errorResponse } from "@/server/http";

type Params = { params: Promise<{ adapterId: string; name: string }> };

export async function GET(request: Request, { params }: Params): Promise<Response> {
  try {
    const ctx = await createContext(request, () => {});
    const { adapterId, name } = await params;
    const file = await openAdapterFile(ctx, { adapterId, name });
    return new Response(Readable.toWeb(file.stream) as ReadableStream, {
      headers: {
        "content-type": name.endsWith(".json") ? "application/json" : "application/octet-stream",
        "content-length": String(file.bytes),
        "content-disposition": `attachment; filename="${name}"`,
        etag: `"${file.sha256}"`,
      },
    });
  } catch (error) {
    return errorResponse(error, crypto.randomUUID());
  }
}
