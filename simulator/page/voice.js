// @ts-check

/** Opus in the container that this browser records; the simulator turns webm into the ogg that WhatsApp sends. */
const TYPES = ["audio/ogg;codecs=opus", "audio/webm;codecs=opus", "audio/mp4"];

/**
 * Starts recording, or returns undefined when the browser or the person says no (then a file can be picked).
 * @returns {Promise<{ stop: () => Promise<Blob>, cancel: () => void } | undefined>}
 */
export async function startRecording() {
  const type = TYPES.find((candidate) => globalThis.MediaRecorder?.isTypeSupported(candidate));
  if (type === undefined) return undefined;
  const stream = await navigator.mediaDevices?.getUserMedia({ audio: true }).catch(() => undefined);
  if (stream === undefined) return undefined;
  const recorder = new MediaRecorder(stream, { mimeType: type });
  /** @type {Blob[]} */
  const parts = [];
  recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
  recorder.start();
  const end = () => {
    for (const track of stream.getTracks()) track.stop();
  };
  return {
    stop: () =>
      new Promise((done) => {
        recorder.addEventListener("stop", () => {
          end();
          done(new Blob(parts, { type: type.split(";", 1)[0] ?? type }));
        });
        recorder.stop();
      }),
    cancel: () => {
      recorder.stop();
      end();
    },
  };
}
