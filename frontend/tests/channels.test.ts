import { describe, expect, it } from "vitest";
import { shapeOf } from "@/components/creative-card";
import { tooLong } from "@/components/approval-form/limits";
import { CHANNELS } from "@/generated/channels";
import { channelName } from "@/lib/format";
import type { Channel } from "@/lib/types";

describe("channels", () => {
  it("are called what their record calls them", () => {
    for (const [channel, record] of Object.entries(CHANNELS)) expect(channelName(channel)).toBe(record.label);
    expect(channelName("carrier_pigeon")).toBe("Carrier pigeon");
    expect(channelName("constructor")).toBe("Constructor");
  });

  it("of a later server stop no decision", () => {
    const copy = { headline: "x".repeat(99), body: "A body.", call_to_action: "Go" };
    const ad = { id: "ad", channel: "carrier_pigeon" as Channel, ...copy } as Parameters<typeof tooLong>[1][number];
    expect(tooLong({ copy: { ad: copy } } as unknown as Parameters<typeof tooLong>[0], [ad])).toBeNull();
  });

  it("have an ad in the shape its type names, or none", () => {
    for (const { format } of Object.values(CHANNELS)) {
      const type = format.picture ? `${format.name}_${format.picture.width}x${format.picture.height}` : format.name;
      expect(shapeOf(type)).toEqual(format.picture);
    }
    expect(shapeOf("podcast_script")).toBeNull();
  });
});
