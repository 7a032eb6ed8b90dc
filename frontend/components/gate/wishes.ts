/** What the next plan is to keep to, where it is sent back. */
export interface Wishes {
  leaveOut: string[];
  atMost: string;
}

export const NO_WISHES: Wishes = { leaveOut: [], atMost: "" };
