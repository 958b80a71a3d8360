/** The pure rules of review in one place, for whoever plays them through: the simulation decides nothing itself. */
export { REVIEW_RULES } from "@/db/schema/datanet";
export { standingAfter } from "./known/standing";
export { stratifiedRate } from "./measure/rate";
export { operating, outgoingLimit } from "./plan/operating";
export { isReadWhole, planFor, scrutinyOf } from "./plan/scrutiny";
export { cleanReads, judgeReads } from "./plan/sprt";
