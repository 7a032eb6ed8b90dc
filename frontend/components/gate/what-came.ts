/** What has come of an approval that has booked nothing by now. */

import type { CampaignDetail } from "@/lib/types";

export function notBooked({ status, fault }: Pick<CampaignDetail["campaign"], "status" | "fault">, isHeldBack: boolean): string {
  if (status === "FAILED") return fault ? `Not booked: it failed in ${fault.step}. ${fault.happened} ${fault.remedy}`.trim() : "Not booked: it failed.";
  if (status === "SHADOWED") return "Not booked: in shadow mode nothing is.";
  if (status === "NOT_WORTH_SPENDING" || status === "WAITING") return "Not booked: with those changes it would not pay.";
  if (status === "REFUSED") return "Not booked: the rules refuse it.";
  return isHeldBack ? "Not booked: the rules are asked, and it comes back here." : "Not booked yet: it is on its way.";
}
