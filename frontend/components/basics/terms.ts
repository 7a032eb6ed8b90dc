/** What each figure means, written once: what stands beside a figure, and the glossary, are read from here. */

export interface Term {
  /** What it is, in a sentence that a person new to it can use. */
  meaning: string;
  /** How it comes about, or what it must not be taken for. */
  more?: string;
  group: "Money" | "Results" | "Plans" | "Signals" | "The loop";
}

const meant = {
  Spend: { group: "Money", meaning: "What the ad platform has charged.", more: "Running flights are counted in, up to what the platform has told." },
  Spent: { group: "Money", meaning: "What the ad platform has charged by now, running flights included." },
  Planned: { group: "Money", meaning: "What the plan spends." },
  Budget: { group: "Money", meaning: "The most that may be spent; nothing is booked beyond it." },
  Committed: { group: "Money", meaning: "What is booked with the ad platform, whether it has been charged yet or not." },
  Reserved: { group: "Money", meaning: "What is set aside for a booking that is being made." },
  "Budget left": { group: "Money", meaning: "The account’s budget, less what is reserved and what is committed." },
  Pace: { group: "Money", meaning: "What running flights have delivered, over what was planned by then.", more: "The newest day is left out on both sides, as the platform has told only a part of it. Within 2% is on pace." },
  "Incremental sales": { group: "Results", meaning: "Sales the ads caused: what was sold beyond what would have been sold without them.", more: "Measured against stores that saw no ads." },
  "Expected sales": { group: "Plans", meaning: "Sales that the budget is expected to cause." },
  iROAS: { group: "Results", meaning: "Incremental return on ad spend: incremental sales over spend. 2 means £2 of extra sales for each £1.", more: "Sales are not profit: ROI counts the margin." },
  ROI: { group: "Results", meaning: "Return on margin: the margin of the incremental sales over spend, less 1. 0 earns back what it costs, −1 is all lost.", more: "iROAS counts sales, not margin, so it can be above 1 where this is below 0." },
  "Attributed ROAS": { group: "Results", meaning: "The sales the ad platform claims for its ads, over what it has charged.", more: "It counts people who would have bought anyway, so nothing is learned from it." },
  "Claimed sales": { group: "Results", meaning: "The sales the ad platform claims for its ads.", more: "It is often far more than what was measured." },
  Impressions: { group: "Results", meaning: "How often an ad was shown." },
  Clicks: { group: "Results", meaning: "How often an ad was clicked.", more: "In-store screens cannot be clicked." },
  CTR: { group: "Results", meaning: "Click-through rate: clicks over the impressions that can be clicked.", more: "In-store screens cannot be clicked and are left out." },
  Lift: { group: "Results", meaning: "By how much the ads raised sales, as a share of what would have sold without them." },
  "Held out": { group: "Results", meaning: "Stores that see no ad on purpose, so that there is something to compare with." },
  "With ads": { group: "Results", meaning: "Stores that see the ads." },
  "Limited by": { group: "Plans", meaning: "What kept the plan from spending more, or otherwise." },
  Expected: { group: "Results", meaning: "What the stores with ads would have sold without them, worked out from the held-out ones and the past." },
  "80% interval": { group: "Results", meaning: "The range that holds the true figure four times in five, if the model is right.", more: "If zero lies in it, there may have been no effect at all." },
  Predicted: { group: "Results", meaning: "What the plan expected before it ran; beside it, what was measured afterwards." },
  Agrees: { group: "Results", meaning: "Whether the campaign came out as predicted, once the error of measurement is allowed for." },
  "Smallest lift it can show": { group: "Plans", meaning: "The smallest rise in sales that this plan’s measurement would show as more than chance, four times in five." },
  Flight: { group: "Plans", meaning: "The days on which the ads run, the first and the last included." },
  Audience: { group: "Plans", meaning: "The shoppers the ads are for." },
  Regions: { group: "Plans", meaning: "Where the ads run." },
  "Chance of a loss": { group: "Plans", meaning: "How likely it is that the campaign earns less margin than it costs." },
  "ROI of the next £1": { group: "Plans", meaning: "What one more pound on this channel is expected to earn, as ROI.", more: "Below 0 a further pound does not earn itself back." },
  Profit: { group: "Plans", meaning: "The margin of the incremental sales, less spend." },
  Split: { group: "Plans", meaning: "How the budget is shared among the channels." },
  Probe: { group: "Plans", meaning: "A small campaign to find out whether ads work here, while too little is known to spend more." },
  Sales: { group: "Plans", meaning: "The incremental sales that so much spend is expected to bring." },
  Effect: { group: "Results", meaning: "The most that a channel was thought to add to a category’s sales on that day." },
  Approvals: { group: "The loop", meaning: "Proposals that wait for a person, and can still be approved." },
  Creatives: { group: "The loop", meaning: "The ads of a campaign: for each channel one, written and drawn anew for every flight.", more: "What a channel delivered in a flight is what its ad did." },
  Verdict: { group: "The loop", meaning: "What law, advertising codes and your policy say of an ad: it passes, it fails, or a person must look.", more: "It is of the words as they stand: changed words are judged again." },
  Lapsed: { group: "The loop", meaning: "Nobody decided before the first day of the flight, so nothing was booked." },
  Calls: { group: "The loop", meaning: "How often the chat model was asked, including answers that could not be used." },
  Tokens: { group: "The loop", meaning: "The pieces of words that a chat model reads and writes, by which it is billed." },
  Cost: { group: "The loop", meaning: "What the model’s provider charges, in US dollars, at its price on that day.", more: "A cost that is not known is said to be unknown, and is never counted as 0." },
  Status: { group: "The loop", meaning: "Where the campaign stands, from sensing an opportunity to its measured result." },
  Autonomy: { group: "The loop", meaning: "How far campaigns may go without a person: where it asks first, somebody approves each one." },
  Detected: { group: "Signals", meaning: "The day on which the opportunity was seen." },
  Alarms: { group: "Signals", meaning: "Categories that stand out on the day that is shown, beyond what chance and the usual ups and downs explain." },
  Score: { group: "Signals", meaning: "How far sales stand out. From 3 on a campaign may be proposed, which chance alone reaches one time in 370." },
  "Expected band": { group: "Signals", meaning: "Where sales should lie on such a day, given weekday, season, holidays, promotions, price and weather." },
} satisfies Record<string, Term>;

export type Word = keyof typeof meant;

export const TERMS: Readonly<Record<string, Term>> = meant;

/** Other names for the same, as there is room or as the place has it. */
const SAME: Readonly<Record<string, Word>> = {
  "Return on margin (ROI)": "ROI", "Predicted ROI": "ROI", "Budget, £": "Budget", "Expected incremental sales": "Incremental sales", "Predicted iROAS": "iROAS",
  Interval: "80% interval", Measured: "Predicted",
};

/** The word in the glossary that a label means; "80% interval" for one of any level. None for plain words. */
export function wordFor(label: string): string | null {
  const word = SAME[label] ?? (/^\d+\s?% interval\b/.test(label) ? "80% interval" : label);
  return Object.hasOwn(TERMS, word) ? word : null;
}

/** Where the glossary has it. */
export const anchorOf = (word: string): string => word.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
