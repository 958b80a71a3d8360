/** Questions that people must have judged before a style has a verdict. */
export const JUDGED_FOR_VERDICT = 50;
