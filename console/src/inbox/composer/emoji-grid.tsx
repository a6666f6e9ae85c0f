import { type KeyboardEvent, useRef } from "react";
import { useText } from "../../texts/text-context.tsx";
import css from "./emoji.module.css";

export interface EmojiGridProps {
  readonly emoji: readonly string[];
  readonly label: string;
  readonly onPick: (emoji: string) => void;
}

/** How many stand in a row, as in emoji.module.css. */
const COLUMNS = 8;

/** Emoji to pick with mouse, finger or arrows; one tab stop. */
export function EmojiGrid({ emoji, label, onPick }: EmojiGridProps) {
  const grid = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const cells = [...(grid.current?.querySelectorAll<HTMLButtonElement>("button") ?? [])];
    const here = cells.indexOf(document.activeElement as HTMLButtonElement);
    const forward = getComputedStyle(event.currentTarget).direction === "rtl" ? -1 : 1;
    const step = { ArrowRight: forward, ArrowLeft: -forward, ArrowDown: COLUMNS, ArrowUp: -COLUMNS }[
      event.key
    ];
    if (step === undefined || here === -1) return;
    const next = cells[here + step];
    if (next === undefined) return;
    event.preventDefault();
    cells[here]?.setAttribute("tabindex", "-1");
    next.setAttribute("tabindex", "0");
    next.focus();
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms; this is a set of buttons
    <div ref={grid} className={css.grid} role="group" aria-label={label} onKeyDown={onKeyDown}>
      {emoji.map((one, index) => (
        <button
          key={one}
          type="button"
          className={css.cell}
          tabIndex={index === 0 ? 0 : -1}
          onClick={() => onPick(one)}
        >
          {one}
        </button>
      ))}
    </div>
  );
}

const GROUPS = [
  ["emoji.faces", "😀 😄 😊 🙂 😉 😍 😂 😅 🤔 😐 😔 😢 😮 😴 🤒 🥳"],
  ["emoji.hands", "👍 👎 👏 🙏 🙌 👋 🤝 💪 👌 ✌️ 👇 👉 🙋 🤷 👀 🫶"],
  ["emoji.hearts", "❤️ 💙 💚 💛 ⭐ ✨ ✅ ❌ ⚠️ ❗ ❓ 🔥 💯 🎉 🎁 🌹"],
  ["emoji.things", "📦 🚚 🏠 🛒 🛋️ 🪑 🔧 📷 📄 📍 📅 ⏰ 📞 💳 💰 ☕"],
] as const;

/** A small set for everyday answers; the system's own picker has the rest. */
export function EmojiPicker(props: { readonly onPick: (emoji: string) => void }) {
  const { t } = useText();
  return (
    <div className={css.picker}>
      {GROUPS.map(([key, emoji]) => (
        <section key={key}>
          <h3 className={css.title}>{t(key)}</h3>
          <EmojiGrid emoji={emoji.split(" ")} label={t(key)} onPick={props.onPick} />
        </section>
      ))}
    </div>
  );
}
