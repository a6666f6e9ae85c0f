/** Bars drawn for a recording. Ours: as the mock-up has them. */
export const BAR_COUNT = 28;

/**
 * The loudest sample of each stretch, 0 to 1, scaled so that the loudest bar is full. Silence gives flat bars.
 */
export function measureBars(samples: Float32Array): number[] {
  const stretch = Math.max(1, Math.floor(samples.length / BAR_COUNT));
  const peaks = Array.from({ length: BAR_COUNT }, (_, bar) => {
    let peak = 0;
    for (let at = bar * stretch; at < Math.min(samples.length, (bar + 1) * stretch); at += 1)
      peak = Math.max(peak, Math.abs(samples[at] ?? 0));
    return peak;
  });
  const loudest = Math.max(...peaks);
  return peaks.map((peak) => (loudest === 0 ? 0 : peak / loudest));
}

/** "0:18", "1:02:09". */
export function formatDuration(seconds: number): string {
  const whole = Number.isFinite(seconds) ? Math.max(0, Math.floor(seconds)) : 0;
  const two = (value: number): string => String(value).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}
