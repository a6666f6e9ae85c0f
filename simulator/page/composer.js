// @ts-check
import { el, icon } from "./elements.js";
import { clockTime, texts } from "./texts.js";
import { startRecording } from "./voice.js";

/** @import { Message } from "./phone-api.js" */

const EMOJIS = ["👍", "❤️", "😂", "😮", "🙏"];

/**
 * @typedef {{ sendText: (body: string, replyTo?: string) => Promise<void>,
 *   sendFile: (file: Blob, about: Record<string, string>) => Promise<void>,
 *   react: (message: Message, emoji: string) => Promise<void>, place: () => void, choose: (answered: Message) => void,
 *   lastFromBusiness: () => Message | undefined, explain: (error: unknown) => string }} ComposerActions
 */

/** Where the customer writes. It keeps its draft while all around it is drawn anew. */
export class Composer {
  /** @type {ComposerActions} */
  #actions;
  /** @type {Message | undefined} */
  #replyTo;
  #field = el("textarea", { rows: "1", enterkeyhint: "send" });
  #above = el("div", {});
  #send = el(
    "button",
    { class: "send", type: "button", onclick: () => this.#sendText() },
    icon("send", "flip"),
  );
  #quick = el("div", { class: "row quick" });
  #line = el("div", { class: "row" }, this.#field, this.#send);
  #drawnFor = "";
  node = el("div", { class: "comp" }, this.#above, this.#quick, this.#line);

  /** @param {ComposerActions} actions */
  constructor(actions) {
    this.#actions = actions;
    // Empty, it lies as the page does; written, as its own first letter says.
    this.#field.addEventListener("input", () => {
      this.#field.dir = this.#field.value === "" ? "" : "auto";
    });
    this.#field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      void this.#sendText();
    });
  }

  /** @param {string} name of the customer who writes */
  draw(name) {
    const t = texts();
    const words = t.writeAs(name);
    if (words === this.#drawnFor) return; // moving the field in the page would take the focus from who writes
    this.#drawnFor = words;
    this.#field.placeholder = t.writeAs(name);
    this.#field.setAttribute("aria-label", t.writeAs(name));
    this.#send.setAttribute("aria-label", t.send);
    this.#quick.replaceChildren(
      quick("photo", t.photo, () => this.#pick("image/jpeg,image/png,image/webp,video/mp4")),
      quick("microphone", t.voice, () => this.#record()),
      quick("file", t.file, () => this.#pick("")),
      quick("place", t.place, () => this.#actions.place()),
      quick("list", t.choice, () => this.#choose()),
      quick("smile", t.react, () => this.chooseEmoji(this.#actions.lastFromBusiness())),
    );
  }

  focus() {
    this.#field.focus();
  }

  /** Another chat: its own draft. */
  reset() {
    this.#field.value = "";
    this.#clearAbove();
  }

  /** @param {Message} message */
  replyTo(message) {
    this.#replyTo = message;
    const shown = message.text ?? message.media?.fileName ?? texts().reply;
    this.#above.replaceChildren(
      el(
        "div",
        { class: "row" },
        el(
          "div",
          { class: "replying grow" },
          el("bdi", { class: "grow ell", dir: "auto" }, shown),
          closeButton(texts().stopReply, () => this.#clearAbove()),
        ),
      ),
    );
    this.#field.focus();
  }

  /** @param {Message | undefined} message */
  chooseEmoji(message) {
    if (message === undefined) return;
    const give = (/** @type {string} */ emoji) => {
      this.#clearAbove();
      void this.#do(() => this.#actions.react(message, emoji));
    };
    const isGiven = (message.reactions?.customer ?? "") !== "";
    this.#above.replaceChildren(
      el(
        "div",
        { class: "row emojis" },
        ...EMOJIS.map((emoji) => el("button", { type: "button", onclick: () => give(emoji) }, emoji)),
        closeButton(isGiven ? texts().removeReaction : texts().cancel, () =>
          isGiven ? give("") : this.#clearAbove(),
        ),
      ),
    );
  }

  /** A choice answers something of the business; before it has written there is nothing to choose from. */
  #choose() {
    const answered = this.#actions.lastFromBusiness();
    if (answered !== undefined) {
      this.#actions.choose(answered);
      return;
    }
    this.#above.replaceChildren(
      el(
        "div",
        { class: "row" },
        el("p", { class: "hint grow", role: "status" }, texts().choiceNothing),
        closeButton(texts().cancel, () => this.#clearAbove()),
      ),
    );
  }

  #clearAbove() {
    this.#replyTo = undefined;
    this.#above.replaceChildren();
  }

  async #sendText() {
    const body = this.#field.value.trim();
    if (body === "") return;
    const replyTo = this.#replyTo?.wamid;
    this.#field.value = "";
    this.#clearAbove();
    this.#field.focus();
    const isSent = await this.#do(() => this.#actions.sendText(body, replyTo));
    if (!isSent) this.#field.value = [body, this.#field.value].filter((text) => text !== "").join("\n");
  }

  /** @param {string} accept */
  #pick(accept) {
    const input = el("input", { type: "file", accept: accept === "" ? undefined : accept });
    input.addEventListener("change", () => {
      const file = input.files?.[0];
      if (file !== undefined)
        void this.#do(() =>
          this.#actions.sendFile(file, { type: kindOf(file, accept), filename: file.name }),
        );
    });
    input.click();
  }

  async #record() {
    const recording = await startRecording();
    if (recording === undefined) return this.#pick("audio/*");
    const startedAt = Date.now();
    const time = el("span", { class: "grow" }, "0:00");
    const timer = setInterval(() => time.replaceChildren(duration(Date.now() - startedAt)), 500);
    const back = () => {
      clearInterval(timer);
      this.#line.replaceChildren(this.#field, this.#send);
    };
    const cancel = () => {
      recording.cancel();
      back();
    };
    const send = async () => {
      back();
      const voice = await recording.stop();
      await this.#do(() => this.#actions.sendFile(voice, { type: "audio", voice: "1" }));
    };
    this.#line.replaceChildren(
      el(
        "div",
        { class: "recording", role: "status" },
        el("span", { class: "dot" }),
        el("span", {}, texts().recording),
        time,
        closeButton(texts().cancel, cancel),
      ),
      el(
        "button",
        { class: "send", type: "button", "aria-label": texts().stopAndSend, onclick: send },
        icon("send", "flip"),
      ),
    );
  }

  /** Says below the buttons why something did not go out. @param {() => Promise<void>} act */
  async #do(act) {
    try {
      await act();
      return true;
    } catch (error) {
      this.#above.replaceChildren(
        el("div", { class: "say in-comp", role: "alert" }, this.#actions.explain(error)),
      );
      return false;
    }
  }
}

/** @param {"photo" | "microphone" | "file" | "place" | "list" | "smile"} name @param {string} label @param {() => void} onclick */
function quick(name, label, onclick) {
  return el("button", { class: "chip line", type: "button", onclick }, icon(name, "xs"), label);
}

/** @param {string} label @param {() => void} onclick */
function closeButton(label, onclick) {
  return el("button", { class: "ib", type: "button", "aria-label": label, onclick }, icon("close", "s"));
}

/** @param {File} file @param {string} accept */
function kindOf(file, accept) {
  if (accept === "") return "document";
  if (file.type.startsWith("video/")) return "video";
  return file.type.startsWith("audio/") ? "audio" : "image";
}

/** @param {number} ms */
function duration(ms) {
  return clockTime(new Date(2000, 0, 1).getTime() + ms, true).slice(-4);
}
