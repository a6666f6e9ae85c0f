import { IconHourglass } from "@tabler/icons-react";

const WINDOW_MS = 24 * 60 * 60 * 1000;
const CIRCUMFERENCE = 37.7;

/** The 24-hour window as a ring that drains; an hourglass once it is closed. Decoration: say the time beside it. */
export function WindowRing(props: { readonly closesAt: string | null; readonly now: number }) {
  const left = props.closesAt === null ? 0 : Date.parse(props.closesAt) - props.now;
  if (left <= 0) return <IconHourglass size={14} stroke={1.8} aria-hidden="true" />;
  const share = Math.min(1, left / WINDOW_MS);
  return (
    <svg
      width="16"
      height="16"
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="2.4"
      aria-hidden="true"
    >
      <circle cx="8" cy="8" r="6" opacity="0.25" />
      <circle
        cx="8"
        cy="8"
        r="6"
        strokeDasharray={`${(share * CIRCUMFERENCE).toFixed(1)} 60`}
        transform="rotate(-90 8 8)"
      />
    </svg>
  );
}
