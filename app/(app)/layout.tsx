import type { ReactNode } from "react";
import { WalletProvider } from "@/components/wallet/wallet-provider";

/** Pages that sign something. */
export default function AppLayout({ children }: { children: ReactNode }) {
  return <WalletProvider>{children}</WalletProvider>;
}
