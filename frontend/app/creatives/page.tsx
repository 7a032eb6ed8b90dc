import type { Metadata } from "next";
import { CreativeLibrary } from "@/components/creative-library/creative-library";

export const metadata: Metadata = { title: "Creatives" };

export default function CreativesPage() {
  return <CreativeLibrary />;
}
