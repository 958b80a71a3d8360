import { useSyncExternalStore } from "react";

/** Whether this browser shows notices outside the page while a page is open: asked for by the person, kept here. */
const KEY = "modelfactory.web-notices";
const EVENT = "modelfactory:web-notices";

export type WebNotices = "unsupported" | "denied" | "off" | "on";

function read(): WebNotices {
  if (!("Notification" in window)) return "unsupported";
  if (Notification.permission === "denied") return "denied";
  try {
    return Notification.permission === "granted" && localStorage.getItem(KEY) === "1" ? "on" : "off";
  } catch {
    return "off";
  }
}

function subscribe(onChange: () => void): () => void {
  window.addEventListener(EVENT, onChange);
  window.addEventListener("storage", onChange);
  return () => {
    window.removeEventListener(EVENT, onChange);
    window.removeEventListener("storage", onChange);
  };
}

export const useWebNotices = (): WebNotices => useSyncExternalStore(subscribe, read, () => "off" as const);

/** Asks the browser where it has to; must be called from a press of a button. */
export async function setWebNotices(isOn: boolean): Promise<void> {
  if (isOn && Notification.permission === "default") await Notification.requestPermission();
  try {
    localStorage.setItem(KEY, isOn ? "1" : "0");
  } catch {
    // A browser that keeps nothing shows none; the switch stays off and says so.
  }
  window.dispatchEvent(new Event(EVENT));
}
