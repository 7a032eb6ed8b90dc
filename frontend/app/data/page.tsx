import type { Metadata } from "next";
import { YourData } from "@/components/your-data/your-data";

export const metadata: Metadata = { title: "Your data" };

export default function DataPage() {
  return <YourData />;
}
