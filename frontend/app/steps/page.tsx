import type { Metadata } from "next";
import { Steps } from "@/components/steps/steps";

export const metadata: Metadata = { title: "Steps" };

export default function StepsPage() {
  return <Steps />;
}
