// @ts-check
import { el } from "./elements.js";
import { clockTime, texts } from "./texts.js";

/** @import { Overview, LogEntry } from "./phone-api.js" */

const ANSWERS = /** @type {const} */ ([
  "window_closed",
  "undeliverable",
  "throttled",
  "answer_lost",
  "no_answer",
]);

/** Each webhook with Wardroom's answer. @param {LogEntry[]} log */
export function webhookLog(log) {
  if (log.length === 0)
    return el("div", { class: "empty" }, el("p", { class: "meta-t" }, texts().nothingLog));
  return el(
    "ul",
    { class: "log" },
    ...log.map((entry) =>
      el(
        "li",
        {},
        el(
          "div",
          { class: "row" },
          el("span", { class: `dot ${isFine(entry) ? "ok" : "warn"}` }),
          el("span", { class: "m grow" }, el("bdi", { dir: "ltr" }, entry.label)),
          el("bdi", { class: "meta-t faint", dir: "ltr" }, clockTime(entry.at, true)),
        ),
        el("p", {}, sentence(entry)),
      ),
    ),
  );
}

/** @param {LogEntry} entry */
function isFine(entry) {
  return entry.outcome === "answered" && entry.httpStatus === 200;
}

/** @param {LogEntry} entry */
function sentence(entry) {
  const t = texts();
  const again = entry.attempt > 1 ? t.attempt(entry.attempt) : "";
  if (entry.outcome === "not_subscribed") return t.notSubscribed;
  if (entry.outcome === "dropped") return t.dropped;
  if (entry.outcome === "unreachable") return t.unreachable + again;
  const say = isFine(entry) ? t.answered : t.answeredAgain;
  return say(entry.httpStatus ?? 0, entry.tookMs ?? 0) + again;
}

/**
 * The choice of what happens to the next message.
 * @param {Overview} overview @param {string} name @param {string} chosen @param {(answer: string) => void} choose
 */
export function nextAnswer(overview, name, chosen, choose) {
  const t = texts();
  const { deliveredMs, readMs } = overview.delays;
  const option = (/** @type {string} */ value, /** @type {string} */ label) =>
    el(
      "label",
      { class: "opt" },
      el("input", {
        type: "radio",
        name: "answer",
        value,
        checked: value === chosen,
        onchange: () => choose(value),
      }),
      el("span", {}, label),
    );
  return el(
    "div",
    { class: "next" },
    el("h3", {}, t.next),
    el("p", { class: "hint" }, t.nextHint(name)),
    el(
      "div",
      { class: "opts", role: "radiogroup", "aria-label": t.next },
      option("deliver", t.deliver(deliveredMs / 1_000, readMs / 1_000)),
      ...ANSWERS.map((answer) => option(answer, t[answer])),
    ),
  );
}
