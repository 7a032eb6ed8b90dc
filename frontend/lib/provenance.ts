/** What is real and what simulated, in words. */

import type { Provenance } from "./types";

type Kind = Provenance["sales"];

const isAllSimulated = ({ sales, ad_platform, ad_response }: Provenance): boolean =>
  [sales, ad_platform, ad_response].every((kind) => kind === "simulated");

const LIVE = "live";

/** Whose real sales a live world is lived in, by name: `files:my-shop`, `complete-journey`. Null for any other world. */
export function realSalesOf(world: string): string | null {
  if (!world.startsWith(`${LIVE}:`)) return null;
  const name = world.slice(LIVE.length + 1);
  // Of a folder, its place on the server's disk is told by a few letters at the end.
  return name.startsWith("files:") ? name.replace(/-[0-9a-f]{8}$/, "") : name;
}

/** A world as it is called where one is chosen. */
export function worldName(world: string): string {
  if (world === LIVE) return "Simulated grocer";
  const sales = realSalesOf(world);
  return sales ? `Real sales of ${sales}` : trialsName(world);
}

/** `simulated:7:lifelike` is the simulated grocer of seed 7, whose shoppers answer to ads as lifelike ones do. */
function trialsName(world: string): string {
  const [, place, seed, shoppers] = /^(.*?):(\d+)(?::([\w-]+))?$/.exec(world) ?? [];
  if (!place) return `Trials, ${world}`;
  const where = place === "simulated" ? "simulated grocer" : `sales of ${place.replace(/-[0-9a-f]{8}$/, "")}`;
  return `Trials, ${where}, draw ${seed}${shoppers ? `, ${shoppers} shoppers` : ""}`;
}

/** In a few words, for a corner: `Simulated`, or `Real sales, simulated ads`. */
export function inShort(provenance: Provenance | undefined): string {
  if (!provenance) return "";
  if (isAllSimulated(provenance)) return "Simulated";
  const ads = provenance.ad_platform === "none" ? "no ads" : `${provenance.ad_platform} ads`;
  return `${provenance.sales === "real" ? "Real" : "Simulated"} sales, ${ads}`;
}

/** In full: each stream under what it is. */
export function inSentences(provenance: Provenance): string {
  const streams: [string, Kind][] = [
    ["sales", provenance.sales], ["weather", provenance.weather], ["search", provenance.search], ["ads", provenance.ad_platform],
    ["how shoppers answer to ads", provenance.ad_response],
  ];
  const of = (kind: Kind): string[] => streams.filter(([, is]) => is === kind).map(([stream]) => stream);
  const [real, simulated, none] = [of("real"), of("simulated"), of("none")];
  return [
    real.length ? `Real: ${real.join(", ")}.` : "", simulated.length ? `Simulated: ${simulated.join(", ")}.` : "",
    none.length ? `Not there: ${none.join(", ")}.` : "",
  ].filter(Boolean).join(" ");
}
