import { describe, expect, it } from "vitest";
import { shapeOf } from "@/components/creative-card";
import { CHANNELS } from "@/generated/channels";
import { channelName } from "@/lib/format";

describe("channels", () => {
  it("are called what their record calls them", () => {
    for (const [channel, record] of Object.entries(CHANNELS)) expect(channelName(channel)).toBe(record.label);
    expect(channelName("carrier_pigeon")).toBe("Carrier pigeon");
    expect(channelName("constructor")).toBe("Constructor");
  });

  it("have an ad in the shape its type names, or none", () => {
    for (const { format } of Object.values(CHANNELS)) {
      const type = format.picture ? `${format.name}_${format.picture.width}x${format.picture.height}` : format.name;
      expect(shapeOf(type)).toEqual(format.picture);
    }
    expect(shapeOf("podcast_script")).toBeNull();
  });
});
