import { type Hex, isHex } from "viem";
import { generatePrivateKey, privateKeyToAddress } from "viem/accounts";

/** The key of the local wallet lives in this browser only. It is for the local chain, where money is play money. */
const KEY = "modelfactory.local-wallet";
const EVENT = "modelfactory:local-wallet";

export function isPrivateKey(text: string): text is Hex {
  return isHex(text) && text.length === 66 && isUsable(text);
}

function isUsable(key: Hex): boolean {
  try {
    privateKeyToAddress(key);
    return true;
  } catch {
    return false;
  }
}

/** Null when there is none, or what is stored is no key. */
export function readLocalKey(): Hex | null {
  try {
    const key = localStorage.getItem(KEY);
    return key !== null && isPrivateKey(key) ? key : null;
  } catch {
    return null;
  }
}

export function localAddress(): Hex | null {
  const key = readLocalKey();
  return key ? privateKeyToAddress(key) : null;
}

/** Throws where the browser forbids storage: a key that cannot be kept must not be used. */
export function storeLocalKey(key: Hex): void {
  localStorage.setItem(KEY, key);
  window.dispatchEvent(new Event(EVENT));
}

export function ensureLocalKey(): Hex {
  const existing = readLocalKey();
  if (existing) return existing;
  const key = generatePrivateKey();
  storeLocalKey(key);
  return key;
}

/** Also hears of other tabs. */
export function subscribeLocalKey(onChange: () => void): () => void {
  window.addEventListener(EVENT, onChange);
  window.addEventListener("storage", onChange);
  return () => {
    window.removeEventListener(EVENT, onChange);
    window.removeEventListener("storage", onChange);
  };
}
