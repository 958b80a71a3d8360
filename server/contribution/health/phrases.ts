/** Where a phrase stands in a text. */
export type PhraseSpan = { start: number; end: number };

const REFUSAL_HINT =
  /\b(?:AI|language model|cannot|can't|can’t|unable|sorry|OpenAI|ChatGPT|knowledge cutoff|I'm just|als KI)/i;
/** Boilerplate that assistants answer with instead of an answer. Looked for where an answer begins, or in any place when it names the model. */
const REFUSALS = [
  /\bas an? (?:AI|artificial intelligence)(?: language)? (?:model|assistant)\b/i,
  /\bas a (?:large )?language model\b/i,
  /\bI(?:'m| am|’m) (?:just |only )?an? (?:AI|artificial intelligence)\b/i,
  /\bmy (?:knowledge cutoff|training data (?:only )?goes)/i,
  /\b(?:developed|trained|created) by (?:OpenAI|Anthropic|Google DeepMind|Meta AI|Mistral AI)\b/i,
  /^\s*(?:I(?:'m| am|’m) (?:very |really |so )?sorry,?|sorry,?|unfortunately,?|I apologi[sz]e,?)?\s*(?:but )?I (?:cannot|can't|can’t|can not|am unable to|won't be able to|am not able to) (?:help|assist|fulfill|comply|provide|answer|do that|generate|create|complete|access|browse|discuss|engage)/i,
  /\bals (?:eine? )?KI(?:-Sprachmodell|-Assistent)?\b.{0,30}\bkann ich\b/i,
  /\ben tant (?:que|qu')\s?(?:modèle de langage|IA)\b/i,
  /\bcomo (?:un )?modelo de lenguaje\b/i,
];

const INJECTION_HINT =
  /ignor|disregard|forget|system prompt|jailbreak|developer mode|you are now|pretend|override|reveal|<\|im_|\[INST\]|<<SYS>>|### ?(?:system|instruction)/i;
/** Phrases that try to give a model other orders; many texts hold them for good reasons, so they are a flag only. */
const INJECTIONS = [
  /\b(?:ignore|disregard|forget|override)\b.{0,20}\b(?:all|any|the|your|my|these|previous|prior|above|earlier)\b.{0,25}\b(?:instruction|prompt|rule|direction|message|guideline|command|context)s?\b/i,
  /\b(?:reveal|print|show|repeat|output|tell me)\b.{0,25}\b(?:system prompt|hidden prompt|initial instructions|your instructions)\b/i,
  /\byou are now (?:in )?(?:DAN|developer mode|jailbroken|an? (?:unrestricted|uncensored))\b/i,
  /\b(?:enable|enter|activate) (?:developer|jailbreak|god|DAN) mode\b/i,
  /\bpretend (?:that )?(?:you|to) (?:are|be|have) (?:no|not|an? (?:unrestricted|uncensored))\b/i,
  /<\|im_(?:start|end)\|>|\[\/?INST\]|<<\/?SYS>>|<\|(?:system|user|assistant|endoftext|eot_id)\|>/,
  /^\s*#{2,3} ?(?:system|new instructions?)\s*:/im,
];

const first = (text: string, hint: RegExp, patterns: readonly RegExp[]): PhraseSpan | null => {
  if (!hint.test(text)) return null;
  for (const pattern of patterns) {
    const match = pattern.exec(text);
    if (match) return { start: match.index, end: match.index + match[0].length };
  }
  return null;
};

export const findRefusal = (answer: string) => first(answer, REFUSAL_HINT, REFUSALS);
export const findInjection = (text: string) => first(text, INJECTION_HINT, INJECTIONS);
