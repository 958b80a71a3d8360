"use client";
import "./globals.css";
import { Button } from "@/components/ui/button";

/** The last net: the layout itself failed, so nothing of it may be used here. */
export default function GlobalError({ reset }: { error: Error; reset: () => void }) {
  return (
    <html lang="en">
      <body className="p-8">
        <h1 className="text-xl">ModelFactory could not be shown</h1>
        <p className="mt-2 mb-4 text-muted">What you saved is kept. Try again, or reload in a minute.</p>
        <Button variant="primary" onClick={reset}>
          Try again
        </Button>
      </body>
    </html>
  );
}
