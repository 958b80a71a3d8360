"use client";
import { useEffect, useRef, useState } from "react";
import { Button } from "../ui/button";
import { Callout } from "../ui/callout";
import { askOffset, cancelUnfinished, isSameFile, type Unfinished, unfinished } from "./unfinished";

type Offer = Unfinished & { offset: number };
type GoOnProps = { datanetId: string; onFile: (file: Blob, name: string) => void };

/** Uploads that a reload or a closed tab interrupted; the browser gives their bytes again only by choosing the file. */
export function GoOn({ datanetId, onFile }: GoOnProps) {
  const [offers, setOffers] = useState<Offer[]>([]);
  const drop = (url: string) => setOffers((all) => all.filter((each) => each.url !== url));
  useEffect(() => {
    let isHere = true;
    const ask = async (each: Unfinished) => {
      const offset = await askOffset(each.url);
      // Of another person who uses this browser, or over: it is not offered.
      if (typeof offset !== "number" || !isHere) return;
      setOffers((all) => [...all.filter(({ url }) => url !== each.url), { ...each, offset }]);
    };
    for (const each of unfinished.list(datanetId)) void ask(each);
    return () => {
      isHere = false;
    };
  }, [datanetId]);
  return offers.map((offer) => (
    <OneOffer
      key={offer.url}
      offer={offer}
      onFile={(file) => {
        drop(offer.url);
        onFile(file, file.name);
      }}
      onCancel={() => {
        drop(offer.url);
        void cancelUnfinished(offer.url);
      }}
    />
  ));
}

type OneOfferProps = { offer: Offer; onFile: (file: File) => void; onCancel: () => void };

function OneOffer({ offer, onFile, onCancel }: OneOfferProps) {
  const input = useRef<HTMLInputElement>(null);
  const [other, setOther] = useState<string | null>(null);
  const percent = Math.floor((offer.offset / offer.bytes) * 100);
  return (
    <Callout
      tone="info"
      title={`Go on with ${offer.name}: ${percent} % is here`}
      action={
        <>
          <Button size="sm" onClick={() => input.current?.click()}>
            Choose the file again
          </Button>
          <Button size="sm" variant="ghost" onClick={onCancel}>
            Throw it away<span className="sr-only"> {offer.name}</span>
          </Button>
        </>
      }
    >
      <p role="status">
        {other
          ? `${other} is another file, or has changed. Choose ${offer.name} as it was, or drop the other one below.`
          : "The upload was interrupted. What has arrived is kept for a day."}
      </p>
      <input
        ref={input}
        type="file"
        aria-label={`The file ${offer.name}`}
        className="sr-only"
        tabIndex={-1}
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = "";
          if (!file) return;
          if (isSameFile(file, file.name, offer)) onFile(file);
          else setOther(file.name);
        }}
      />
    </Callout>
  );
}
