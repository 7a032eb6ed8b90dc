import { LiveLoop } from "@/components/live-loop";

export default function LivePage() {
  return <LiveLoop />;
}
