"use client";
import { Button } from "../ui/button";
import { setWebNotices, useWebNotices } from "./web-notices";

const SENTENCE = {
  unsupported: "This browser cannot show notices outside the page.",
  denied:
    "This browser was told not to show notices of this site. Allow them in the browser's settings for this site, then reload.",
  off: "This browser can show new notices outside the page, as long as one page of this app is open in it.",
  on: "New notices are shown outside the page too, as long as one page of this app is open in this browser.",
};

/** Web notifications, on request only. */
export function WebNoticeSwitch() {
  const state = useWebNotices();
  return (
    <section aria-labelledby="web-notices" className="max-w-reading">
      <h2 id="web-notices" className="text-lg">
        Outside the page
      </h2>
      <p className="mt-1 text-muted">{SENTENCE[state]}</p>
      {state === "on" || state === "off" ? (
        <Button className="mt-3" onClick={() => setWebNotices(state === "off")}>
          {state === "off" ? "Show notices in this browser" : "Stop showing them in this browser"}
        </Button>
      ) : null}
    </section>
  );
}
