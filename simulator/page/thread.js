// @ts-check
import { el, firstName, icon, languageOf, tick } from "./elements.js";
import { mediaUrl } from "./phone-api.js";
import { soundPlayer } from "./sound-player.js";
import { clockTime, dayName, texts } from "./texts.js";

/** @import { Chat, Message, Tap } from "./phone-api.js" */

/**
 * @typedef {{ reply: (message: Message) => void, react: (message: Message) => void,
 *   tap: (message: Message, tap: Tap) => void, openList: (message: Message) => void }} ThreadActions
 */

/** Keeps each bubble while its message stays the same, so that a playing sound is not cut off by a tick. */
export class ThreadView {
  /** @type {Map<string, { key: string, node: HTMLElement }>} */
  #bubbles = new Map();
  #shownFor = "";
  node = el("div", { class: "thread", "aria-live": "polite" });

  /** @param {Chat} chat @param {string} businessName @param {string} language @param {ThreadActions} actions */
  show(chat, businessName, language, actions) {
    const place = `${chat.customerId}/${language}`;
    const isSameChat = place === this.#shownFor;
    if (!isSameChat) this.#bubbles.clear();
    this.#shownFor = place;
    /** @type {HTMLElement[]} */
    const nodes = [];
    let day = "";
    for (const message of chat.messages) {
      const name = dayName(message.at);
      if (name !== day) nodes.push(el("div", { class: "day" }, name));
      day = name;
      nodes.push(this.#bubble(message, isSameChat, actions));
    }
    if (chat.messages.length === 0) nodes.push(el("div", { class: "empty" }, el("p", {}, texts().emptyChat)));
    if (chat.typing) nodes.push(el("div", { class: "typing" }, texts().typing(businessName)));
    replaceWhereDifferent(this.node, nodes);
  }

  /** @param {Message} message @param {boolean} isNew @param {ThreadActions} actions */
  #bubble(message, isNew, actions) {
    const key = JSON.stringify(message);
    const known = this.#bubbles.get(message.wamid);
    if (known?.key === key) return known.node;
    const node = known === undefined ? messageNode(message, actions) : renewed(known.node, message, actions);
    if (known === undefined && isNew) node.classList.add("new");
    this.#bubbles.set(message.wamid, { key, node });
    return node;
  }
}

/** Replaces what stands under and after the bubble; the bubble itself never changes once sent. @param {HTMLElement} node @param {Message} message @param {ThreadActions} actions */
function renewed(node, message, actions) {
  node.replaceChildren(node.firstElementChild ?? bubble(message, actions), ...belowBubble(message, actions));
  node.classList.remove("new");
  return node;
}

/** @param {Message} message @param {ThreadActions} actions */
function messageNode(message, actions) {
  const side = message.from === "customer" ? "out" : "in";
  return el("div", { class: `msg ${side}` }, bubble(message, actions), ...belowBubble(message, actions));
}

/** @param {Message} message @param {ThreadActions} actions */
function belowBubble(message, actions) {
  const emojis = [message.reactions?.business, message.reactions?.customer].filter((emoji) => emoji);
  const isOurs = message.from === "customer";
  return [
    ...(emojis.length === 0
      ? []
      : [
          el(
            "div",
            { class: "reacts" },
            ...emojis.map((emoji) => el("span", { class: "react" }, emoji ?? "")),
          ),
        ]),
    el(
      "div",
      { class: "meta" },
      clockTime(message.at),
      isOurs && tick(message.tick, tickLabel(message.tick)),
      !isOurs && el("button", { type: "button", onclick: () => actions.reply(message) }, texts().reply),
      !isOurs && el("button", { type: "button", onclick: () => actions.react(message) }, texts().react),
    ),
  ];
}

/** @param {Message} message @param {ThreadActions} actions */
function bubble(message, actions) {
  const { media } = message;
  return el(
    "div",
    { class: `bub ${media === undefined ? "" : "media"}` },
    message.context !== undefined && el("span", { class: "quote", dir: "auto" }, message.context.text),
    message.header !== undefined && el("p", { class: "head", dir: "auto" }, message.header),
    media !== undefined && mediaNode(media),
    message.place !== undefined && placeNode(message.place),
    ...(message.people ?? []).map((name) => el("div", { class: "filec" }, icon("user"), el("bdi", {}, name))),
    message.text !== undefined && message.text !== "" && paragraph(message.text),
    message.footer !== undefined && el("p", { class: "foot", dir: "auto" }, message.footer),
    isBlank(message) && el("p", { class: "foot" }, texts().noPreview),
    message.from === "business" && tapsNode(message, actions),
  );
}

/** @param {string} text */
function paragraph(text) {
  return el("p", { dir: "auto", lang: languageOf(text) }, text);
}

/** @param {Message} message */
function isBlank({ text, media, place, people }) {
  return (text ?? "") === "" && media === undefined && place === undefined && people === undefined;
}

/** @param {Message} message @param {ThreadActions} actions */
function tapsNode(message, actions) {
  const taps = message.taps ?? [];
  if (taps.length === 0) return undefined;
  if (message.listButton !== undefined) {
    return el(
      "div",
      { class: "taps" },
      tapButton(message.listButton, () => actions.openList(message)),
    );
  }
  return el(
    "div",
    { class: "taps" },
    ...taps.map((tap) =>
      tapButton(tap.title, tap.kind === "none" ? undefined : () => actions.tap(message, tap)),
    ),
  );
}

/** @param {string} title @param {(() => void) | undefined} onTap */
function tapButton(title, onTap) {
  return el(
    "button",
    {
      class: "tap",
      type: "button",
      dir: "auto",
      disabled: onTap === undefined,
      onclick: onTap ?? (() => {}),
    },
    title,
  );
}

/** @param {NonNullable<Message["place"]>} place */
function placeNode(place) {
  const at = `${place.latitude.toFixed(5)}, ${place.longitude.toFixed(5)}`;
  return el(
    "div",
    { class: "filec" },
    icon("place"),
    el(
      "span",
      { class: "grow" },
      el("bdi", { class: "m" }, place.name ?? texts().place),
      el("span", { class: "meta-t faint ell" }, place.address ?? el("bdi", { dir: "ltr" }, at)),
    ),
  );
}

/** @param {NonNullable<Message["media"]>} media */
function mediaNode(media) {
  if (media.id === undefined) return fileCard(media, texts().byLink);
  if (media.kind === "document") return documentNode(media, media.id);
  const isLow = media.kind === "audio";
  const holder = el("div", { class: `wait ${isLow ? "low" : ""}` });
  mediaUrl(media.id).then(
    (url) => holder.replaceWith(player(media, url)),
    () => holder.replaceWith(fileCard(media, texts().noPreview)),
  );
  return holder;
}

/** @param {NonNullable<Message["media"]>} media @param {string} url */
function player(media, url) {
  if (media.kind === "audio") return soundPlayer(url);
  if (media.kind === "video") return el("video", { src: url, controls: true, preload: "metadata" });
  const image = el("img", { src: url, alt: "", class: media.kind === "sticker" ? "sticker" : undefined });
  image.addEventListener("error", () => image.replaceWith(fileCard(media, texts().noPreview)));
  return image;
}

/** @param {NonNullable<Message["media"]>} media @param {string} mediaId */
function documentNode(media, mediaId) {
  const name = media.fileName ?? texts().file;
  const save = async () => el("a", { href: await mediaUrl(mediaId), download: name }).click();
  return el(
    "button",
    { class: "filec tap-file", type: "button", onclick: save, "aria-label": `${texts().download}: ${name}` },
    icon("file"),
    el("bdi", { class: "grow" }, name),
    icon("download", "s"),
  );
}

/** @param {NonNullable<Message["media"]>} media @param {string} note */
function fileCard(media, note) {
  return el(
    "div",
    { class: "filec" },
    icon(media.kind === "image" ? "photo" : "file"),
    el(
      "span",
      { class: "grow" },
      el("bdi", {}, media.fileName ?? firstName(media.kind)),
      el("span", { class: "meta-t faint ell" }, note),
    ),
  );
}

/** @param {string} state */
function tickLabel(state) {
  const t = texts();
  return (
    { pending: t.tick_pending, sent: t.tick_sent, delivered: t.tick_delivered, read: t.tick_read }[state] ??
    state
  );
}

/** @param {HTMLElement} parent @param {HTMLElement[]} wanted */
function replaceWhereDifferent(parent, wanted) {
  wanted.forEach((node, index) => {
    const there = parent.children[index];
    if (there === node) return;
    if (there?.classList.contains("day") && there.textContent === node.textContent) return;
    parent.insertBefore(node, there ?? null);
  });
  while (parent.children.length > wanted.length) parent.lastElementChild?.remove();
}
