"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Callout } from "../ui/callout";

/** In the HTML of a page that the server could not fill: what happened and what to do. Goes with the first answer. */
export function AwayNotice() {
  const queryClient = useQueryClient();
  const [isShown, setIsShown] = useState(true);
  useEffect(
    () =>
      queryClient.getQueryCache().subscribe((event) => {
        if (event.type === "updated" && event.action.type === "success") setIsShown(false);
      }),
    [queryClient],
  );
  if (!isShown) return null;
  return (
    <Callout tone="warn" title="The database did not answer." className="mx-auto my-4 w-full max-w-page">
      Nothing was lost. This page asks again by itself; if it does not, reload it in a few seconds.
    </Callout>
  );
}
