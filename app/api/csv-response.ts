/** Lines of CSV as a download, sent as they come: a file may have a million of them. */
export function csvResponse(
  { fileName, lines }: { fileName: string; lines: AsyncGenerator<string> },
  requestId: string,
): Response {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await lines.next();
      if (next.done) controller.close();
      else controller.enqueue(encoder.encode(next.value));
    },
    cancel: () => lines.return(undefined).then(() => {}),
  });
  return new Response(body, {
    headers: {
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": `attachment; filename="rows.csv"; filename*=UTF-8''${encodeURIComponent(fileName)}`,
      "cache-control": "no-store",
      "x-request-id": requestId,
    },
  });
}
