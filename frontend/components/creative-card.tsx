"use client";

import { ProvenanceTag } from "@/components/basics/badge";
import { channelName } from "@/lib/format";
import { useArtwork } from "@/lib/hooks/use-artwork";
import type { Creative } from "@/lib/types";

/** The artwork's own shape, from the end of its type: `display_300x250`. */
export function shapeOf(type: string): { width: number; height: number } {
  const [, width, height] = /(\d+)x(\d+)$/.exec(type) ?? [];
  return { width: Number(width ?? 600), height: Number(height ?? 400) };
}

/** One ad as the shopper would see it, in its channel's own shape. */
export function CreativeCard({ creative, children }: { creative: Creative; children?: React.ReactNode }) {
  const { width, height } = shapeOf(creative.type);
  const source = useArtwork(`${creative.image_url}?v=${versionOf(creative)}`);
  return (
    <figure className="flex min-w-0 flex-col overflow-hidden rounded-lg border bg-surface" data-creative={creative.channel}>
      <div className="flex h-60 items-center justify-center bg-raised p-3">
        <img
          src={source} width={width} height={height} loading="lazy" decoding="async"
          alt={`Ad: ${creative.headline}. ${creative.image_description}`}
          className="h-auto max-h-full w-auto max-w-full rounded-[3px] shadow-sm"
          style={{ aspectRatio: `${width} / ${height}` }}
        />
      </div>
      <figcaption className="flex flex-1 flex-col border-t p-3">
        <p className="flex items-center justify-between gap-2 text-xs">
          <span className="font-semibold">{channelName(creative.channel)}</span>
          {creative.is_mock ? <ProvenanceTag kind="mock" /> : null}
        </p>
        {children ?? <Copy creative={creative} />}
      </figcaption>
    </figure>
  );
}

function Copy({ creative }: { creative: Creative }) {
  const { width, height } = shapeOf(creative.type);
  return (
    <>
      <p className="mt-1.5 text-[0.8125rem] font-medium">{creative.headline}</p>
      <p className="mt-0.5 text-xs text-ink-2">{creative.body}</p>
      <p className="mt-auto pt-2 text-xs text-ink-3">
        “{creative.call_to_action}” · {creative.angle} · attempt {creative.attempt} · <span className="num">{width}×{height}</span>
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
