import { useQuery } from "@tanstack/react-query";
import { type RefCallback, useCallback, useState } from "react";
import type { Media } from "../../../../contract/message-body.ts";
import { send } from "../../api/client.ts";
import { measureBars } from "./waveform.ts";

/** Larger files are not read only to draw them. Ours: about four minutes of a voice note. */
const LARGEST_BYTES = 1024 * 1024;

export interface MeasuredRecording {
  /** Null until it was read: then the bars are flat. */
  readonly bars: readonly number[] | null;
  /** 0 until known. */
  readonly seconds: number;
  /** The sound itself, so that playing does not fetch it (and log its reading) twice. */
  readonly file: Blob | undefined;
  /** Put on the player: a recording is read once it comes into view. */
  readonly observe: RefCallback<HTMLElement>;
}

interface Measured {
  readonly file: Blob;
  readonly bars: readonly number[];
  readonly seconds: number;
}

/** Loudness and length of a recording, measured from its own sound. */
export function useBars(media: Media): MeasuredRecording {
  const [seen, setSeen] = useState(false);
  const small = media.byteSize !== null && media.byteSize <= LARGEST_BYTES;
  const { data } = useQuery<Measured>({
    queryKey: ["recording", media.id],
    enabled: seen && small && media.state === "ready",
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    queryFn: async ({ signal, client, queryKey }) => {
      // A sound never changes: after a gap everything is asked for again, but not this.
      const held = client.getQueryData<Measured>(queryKey);
      if (held !== undefined) return held;
      const answer = await send(`/media/${encodeURIComponent(media.id)}`, { signal });
      const file = await answer.blob();
      const sound = await new OfflineAudioContext(1, 1, 16_000).decodeAudioData(await file.arrayBuffer());
      return { file, bars: measureBars(sound.getChannelData(0)), seconds: sound.duration };
    },
  });
  const observe = useCallback((element: HTMLElement | null) => {
    if (element === null) return;
    const observer = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) setSeen(true);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return { file: data?.file, bars: data?.bars ?? null, seconds: data?.seconds ?? 0, observe };
}
