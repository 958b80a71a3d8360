import { answer } from "./answer";

/** /api/uploads/tus: POST starts a resumable upload, OPTIONS tells what the server can do. */
export const POST = (request: Request): Promise<Response> => answer(request, null);
export const OPTIONS = POST;
