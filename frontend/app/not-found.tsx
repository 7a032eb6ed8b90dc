import { Compass } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { EmptyState } from "@/components/basics/states";

export const metadata: Metadata = { title: "No such page" };

export default function NotFound() {
  return (
    <div className="card">
      <h1 className="sr-only">No such page</h1>
      <EmptyState icon={Compass} title="There is no such page">
        <p>The address may be mistyped, or the page has moved.</p>
        <Link href="/" className="btn btn-primary mt-3">To Home</Link>
      </EmptyState>
    </div>
  );
}
