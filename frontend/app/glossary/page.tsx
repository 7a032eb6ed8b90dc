import type { Metadata } from "next";
import { Glossary } from "@/components/glossary/glossary";

export const metadata: Metadata = { title: "Glossary" };

export default function GlossaryPage() {
  return <Glossary />;
}
