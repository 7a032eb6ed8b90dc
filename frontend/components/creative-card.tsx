"use client";

import { Ban, Paintbrush } from "lucide-react";
import { ProvenanceTag } from "@/components/basics/badge";
import { channelName, ruleName } from "@/lib/format";
import { useArtwork } from "@/lib/hooks/use-artwork";
import type { Creative, Finding } from "@/lib/types";

interface Shape {
  width: number;
  height: number;
}

/** The artwork's own shape, from the end of its type: `display_300x250`; null for an ad of words alone. */
export function shapeOf(type: string): Shape | null {
  const [, width, height] = /_(\d+)x(\d+)$/.exec(type) ?? [];
  return width && height ? { width: Number(width), height: Number(height) } : null;
}

interface CreativeCardProps {
  creative: Creative;
  /** What compliance fails it for. */
  failures?: Finding[];
  /** Whether its words have been changed, and the picture still shows the old ones. */
  isReworded?: boolean;
  children?: React.ReactNode;
}

/** One ad as the shopper would meet it: a picture in its own shape, or the words somebody reads out. */
export function CreativeCard({ creative, failures = [], isReworded = false, children }: CreativeCardProps) {
  const shape = shapeOf(creative.type);
  return (
    <figure
      className={`flex min-w-0 flex-col overflow-hidden rounded-lg border bg-surface ${failures.length ? "border-bad" : ""}`}
      data-creative={creative.channel} data-failing={failures.length ? "" : undefined}
    >
      <div className="relative flex h-60 items-center justify-center bg-raised p-3">
        {shape ? <Picture creative={creative} shape={shape} isFaded={isReworded} /> : <Script creative={creative} isFaded={isReworded} />}
        {isReworded ? (
          <p className="absolute inset-x-3 bottom-3 flex items-center justify-center gap-1.5 rounded-md border bg-surface px-2 py-1.5 text-center text-xs font-medium">
            <Paintbrush aria-hidden size={13} className="shrink-0" /> {shape ? "The picture is drawn again after approval" : "The new words take its place after approval"}
          </p>
        ) : null}
      </div>
      <figcaption className="flex flex-1 flex-col border-t p-3">
        <p className="flex items-center justify-between gap-2 text-xs">
          <span className="font-semibold">{channelName(creative.channel)}</span>
          {creative.is_mock ? <ProvenanceTag kind="mock" /> : null}
        </p>
        {failures.map((finding) => (
          <p key={finding.id} className="mt-1.5 flex items-start gap-1.5 text-xs text-bad">
            <Ban aria-hidden size={13} className="mt-0.5 shrink-0" />
            <span><strong className="font-semibold">Fails “{ruleName(finding)}”.</strong> {finding.evidence}</span>
          </p>
        ))}
        {children ?? <Copy creative={creative} />}
      </figcaption>
    </figure>
  );
}

function Picture({ creative, shape, isFaded }: { creative: Creative; shape: Shape; isFaded: boolean }) {
  const source = useArtwork(`${creative.image_url}?v=${versionOf(creative)}`);
  return (
    <img
      src={source} width={shape.width} height={shape.height} loading="lazy" decoding="async"
      alt={`Ad: ${creative.headline.replace(/\.$/, "")}. ${creative.image_description}`}
      className={`h-auto rounded-[3px] shadow-sm ${isFaded ? "opacity-40" : ""}`}
      // As wide before it has come as it is then: what the frame leaves of its height decides for a tall one.
      style={{ aspectRatio: `${shape.width} / ${shape.height}`, width: `min(100%, ${shape.width}px, calc(13.5rem * ${shape.width / shape.height}))` }}
    />
  );
}

/** The ad of a channel without a picture. */
function Script({ creative, isFaded }: { creative: Creative; isFaded: boolean }) {
  return (
    <blockquote className={`max-h-full max-w-prose overflow-y-auto border-l-2 border-accent pl-4 ${isFaded ? "opacity-40" : ""}`}>
      <p className="font-semibold">{creative.headline}</p>
      <p className="mt-1.5 text-[0.8125rem]">{creative.body}</p>
      <p className="mt-1.5 text-[0.8125rem] text-ink-2">{creative.call_to_action}</p>
    </blockquote>
  );
}

/** What stands under the ad: its words again where they are drawn, then how it came about. */
function Copy({ creative }: { creative: Creative }) {
  const shape = shapeOf(creative.type);
  return (
    <>
      {shape ? (
        <>
          <p className="mt-1.5 text-[0.8125rem] font-medium">{creative.headline}</p>
          <p className="mt-0.5 text-xs text-ink-2">{creative.body}</p>
        </>
      ) : null}
      <p className="mt-auto pt-2 text-xs text-ink-3">
        {shape ? `“${creative.call_to_action}” · ` : ""}{creative.angle} · attempt {creative.attempt} ·{" "}
        <span className="num">{shape ? `${shape.width}×${shape.height}` : "script, no picture"}</span>
      </p>
    </>
  );
}

/** Changes when the words do, so that a redrawn picture is not taken from the browser's cache. */
function versionOf(creative: Creative): string {
  const text = `${creative.attempt}${creative.headline}${creative.body}${creative.call_to_action}`;
  let hash = 0;
  for (const letter of text) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) | 0;
  return (hash >>> 0).toString(36);
}
