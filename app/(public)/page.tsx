import { Landing } from "@/components/datanet/landing";

export default function LandingPage() {
  return <Landing />;
}
