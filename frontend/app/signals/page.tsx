import type { Metadata } from "next";

export const metadata: Metadata = { title: "Signals" };

export default function SignalsPage() {
  return <h1 className="text-lg font-semibold">Signals</h1>;
}
