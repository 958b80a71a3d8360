/** Where the front server, which runs in the same process, says how (scripts/lib/visitor-cache.mjs). */
const NAME = Symbol.for("modelfactory.forget-pages");

/** What was rendered for visitors may show what they may no longer see. Nothing to do where no such server runs. */
export function forgetPages(): void {
  (globalThis as unknown as Record<symbol, (() => void) | undefined>)[NAME]?.();
}
