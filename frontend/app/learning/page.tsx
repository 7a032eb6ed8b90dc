import type { Metadata } from "next";
import { Learning } from "@/components/learning/learning";

export const metadata: Metadata = { title: "Learning" };

export default function LearningPage() {
  return <Learning />;
}
