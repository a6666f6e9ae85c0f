import { IconMicrophone, IconMusic, IconPlayerPauseFilled, IconPlayerPlay } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import type { Media } from "../../../../contract/message-body.ts";
import { useText } from "../../texts/text-context.tsx";
import css from "./content.module.css";
import { mediaAddress } from "./media-address.ts";
import { MediaState } from "./media-state.tsx";
import { useBars } from "./use-bars.ts";
import { BAR_COUNT, formatDuration } from "./waveform.ts";

/** A voice note or other recording: play, bars that fill as it goes, time. Left to right in every language. */
export function Recording(props: { readonly media: Media; readonly voice: boolean }) {
  const { t } = useText();
  const word = t(props.voice ? "media.voice" : "media.audio");
  return (
    <MediaState media={props.media} word={word}>
      <Player media={props.media} word={word} voice={props.voice} />
    </MediaState>
  );
}

function Player(props: { readonly media: Media; readonly word: string; readonly voice: boolean }) {
  const { t } = useText();
  const audio = useRef<HTMLAudioElement>(null);
  const [state, setState] = useState({ playing: false, at: 0, length: 0, broken: false });
  const { file, bars, seconds, observe } = useBars(props.media);
  const own = useBlobAddress(file);
  // Once it plays the address stays: another one would begin again.
  const [playing, setPlaying] = useState<string>();
  const address = playing ?? own ?? mediaAddress(props.media.id);
  useSoloPlayback(audio);
  const length = state.length > 0 ? state.length : seconds;
  const share = length > 0 ? state.at / length : 0;
  if (state.broken)
    return (
      <span className={css.unplayable}>
        {props.voice ? <IconMicrophone size={16} stroke={1.6} /> : <IconMusic size={16} stroke={1.6} />}
        {t("media.notShown")}{" "}
        <a href={mediaAddress(props.media.id)} download>
          {t("media.download")}
        </a>
      </span>
    );
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms; this is a player
    <div className={css.player} role="group" aria-label={props.word} ref={observe}>
      {/* biome-ignore lint/a11y/useMediaCaption: a customer's recording has no captions */}
      <audio
        ref={audio}
        src={address}
        preload="none"
        onPlay={() => setState((now) => ({ ...now, playing: true }))}
        onPause={() => setState((now) => ({ ...now, playing: false }))}
        onEnded={() => setState((now) => ({ ...now, playing: false, at: 0 }))}
        onTimeUpdate={(event) => {
          const at = event.currentTarget.currentTime;
          setState((now) => ({ ...now, at }));
        }}
        onDurationChange={(event) => {
          const { duration } = event.currentTarget;
          if (Number.isFinite(duration)) setState((now) => ({ ...now, length: duration }));
        }}
        onError={() => setState((now) => ({ ...now, broken: true, playing: false }))}
      />
      <button
        type="button"
        className={css.play}
        aria-label={t(state.playing ? "media.pause" : "media.play")}
        onClick={() => {
          const element = audio.current;
          if (element === null) return;
          setPlaying(address);
          if (element.paused) element.play().catch(() => setState((now) => ({ ...now, playing: false })));
          else element.pause();
        }}
      >
        {state.playing ? <IconPlayerPauseFilled size={16} /> : <IconPlayerPlay size={16} stroke={1.8} />}
      </button>
      <span className={css.track}>
        <Bars bars={bars} share={share} />
        <input
          type="range"
          className={css.seek}
          min={0}
          max={1000}
          value={Math.round(share * 1000)}
          aria-label={t("media.seek")}
          aria-valuetext={formatDuration(state.at)}
          disabled={length === 0}
          onChange={(event) => {
            if (audio.current !== null && length > 0)
              audio.current.currentTime = (Number(event.currentTarget.value) / 1000) * length;
          }}
        />
      </span>
      <span className={css.clock}>{formatDuration(state.playing || state.at > 0 ? state.at : length)}</span>
    </div>
  );
}

function useBlobAddress(file: Blob | undefined): string | undefined {
  const [address, setAddress] = useState<string>();
  useEffect(() => {
    if (file === undefined) return;
    const made = URL.createObjectURL(file);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [file]);
  return address;
}

const HEIGHT = 28;
const STEP = 150 / BAR_COUNT;

function Bars(props: { readonly bars: readonly number[] | null; readonly share: number }) {
  const played = props.share * BAR_COUNT;
  return (
    <svg className={css.bars} width="150" height={HEIGHT} viewBox={`0 0 150 ${HEIGHT}`} aria-hidden="true">
      {Array.from({ length: BAR_COUNT }, (_, bar) => {
        const height = 4 + (props.bars?.[bar] ?? 0) * (HEIGHT - 4);
        return (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: bars never move
            key={bar}
            x={bar * STEP}
            y={(HEIGHT - height) / 2}
            width="2.6"
            height={height}
            rx="1.3"
            fill="currentColor"
            opacity={bar < played ? 1 : 0.35}
          />
        );
      })}
    </svg>
  );
}

const SOLO = "wardroom:solo-playback";

/** One recording at a time: starting one pauses the others. */
function useSoloPlayback(audio: { readonly current: HTMLAudioElement | null }): void {
  useEffect(() => {
    const element = audio.current;
    if (element === null) return;
    const announce = () => document.dispatchEvent(new CustomEvent(SOLO, { detail: element }));
    const yieldTo = (event: Event) => {
      if (event instanceof CustomEvent && event.detail !== element) element.pause();
    };
    element.addEventListener("play", announce);
    document.addEventListener(SOLO, yieldTo);
    return () => {
      element.removeEventListener("play", announce);
      document.removeEventListener(SOLO, yieldTo);
    };
  }, [audio]);
}
