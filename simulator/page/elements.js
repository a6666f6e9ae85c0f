// @ts-check
import { ICONS } from "./icons.js";

/**
 * Builds an element; strings become text nodes, never markup (the page's policy allows no other way).
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, unknown>} attributes `class`, `on…` listeners, properties of the same name, or attributes
 * @param {...(Node | string | undefined | false)} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function el(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) give(node, name, value);
  node.append(...children.filter((child) => child !== undefined && child !== false));
  return node;
}

/** @param {HTMLElement} node @param {string} name @param {unknown} value */
function give(node, name, value) {
  if (value === undefined || value === false) return;
  if (name.startsWith("on")) node.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
  else if (["value", "checked", "disabled"].includes(name)) Reflect.set(node, name, value);
  else node.setAttribute(name, value === true ? "" : String(value));
}

/**
 * @param {keyof typeof ICONS} name
 * @param {string} [classes]
 */
export function icon(name, classes = "") {
  return svg("0 0 24 24", `i ${classes}`, ICONS[name]);
}

/** Our own ticks: one grey = sent, two green = delivered, two ink = read. @param {string} state @param {string} label */
export function tick(state, label) {
  const paths = state === "sent" ? ["M3.5 8.5l3 3 5.5-7"] : ["M1 8.5l3 3 5.5-7", "M7.6 10.9l.9.6 6-7"];
  const node = state === "pending" ? icon("clock", "xs") : svg("0 0 16 16", `tick t-${state}`, paths);
  return el("span", {}, node, el("span", { class: "sr" }, label));
}

/** @param {string} viewBox @param {string} classes @param {readonly string[]} paths */
function svg(viewBox, classes, paths) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  node.setAttribute("viewBox", viewBox);
  node.setAttribute("class", classes);
  node.setAttribute("aria-hidden", "true");
  for (const d of paths) {
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", d);
    node.append(path);
  }
  return node;
}

const AVATAR_TONES = ["", "b2", "c2", "d2"];

/** Initials on a tone that stays with the person. @param {string} name @param {string} seed */
export function avatar(name, seed) {
  const letters = name.match(/\p{L}/gu) === null ? "—" : initials(name);
  const tone =
    AVATAR_TONES[[...seed].reduce((sum, char) => sum + char.charCodeAt(0), 0) % AVATAR_TONES.length];
  return el("span", { class: `av ${tone}`, "aria-hidden": "true" }, letters);
}

/** @param {string} name */
export function initials(name) {
  const words = name
    .split(/\s+/)
    .filter((word) => /^\p{L}/u.test(word))
    .map((word) => word.replace(/^ال(?=.{2})/u, "")); // the article is no initial
  const picked = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return picked
    .map((word) => [...(word ?? "")].find((char) => /\p{L}/u.test(char)) ?? "")
    .join("")
    .toUpperCase();
}

/** The name people are called by: its first word, or all of it when it is a number. @param {string} name */
export function firstName(name) {
  const first = name.split(/\s+/)[0] ?? name;
  return /\p{L}/u.test(first) ? first : name;
}

/** @param {string} text @returns {"ar" | "en" | undefined} */
export function languageOf(text) {
  const letter = text.match(/\p{L}/u)?.[0];
  if (letter === undefined) return undefined;
  return /\p{Script=Arabic}/u.test(letter) ? "ar" : "en";
}
