// @ts-check
import { Composer } from "./composer.js";
import { customerList } from "./customer-list.js";
import { choiceDialog, listDialog, newCustomerDialog, placeDialog } from "./dialogs.js";
import { el, firstName, icon, initials } from "./elements.js";
import * as api from "./phone-api.js";
import { nextAnswer, webhookLog } from "./side-pane.js";
import { currentLanguage, setLanguage, texts } from "./texts.js";
import { ThreadView } from "./thread.js";

/** @import { Chat, Customer, Message, Overview, Tap } from "./phone-api.js" */

/** The server forgets a look after 12 seconds. */
const LOOK_EVERY_MS = 5_000;

/** @type {Overview | undefined} */
let overview;
/** @type {Chat | undefined} */
let chat;
/** @type {string | undefined} */
let selectedId;
/** @type {"people" | "chat" | "log"} */
let tab = "chat";
let isConnected = true;
let isRefreshing = false;
let isStale = false;
/** @type {string | undefined} */
let lookingAt;

const thread = new ThreadView();
const composer = new Composer({
  sendText: async (body, replyTo) => {
    await api.sendMessage(chosen(), { type: "text", body, ...(replyTo === undefined ? {} : { replyTo }) });
  },
  sendFile: async (file, about) => {
    if (file.size === 0) throw new api.Refused(422, "file_empty");
    await api.sendFile(chosen(), file, about);
  },
  react: async (message, emoji) => {
    await api.sendMessage(chosen(), { type: "reaction", messageId: message.wamid, emoji });
  },
  place: () => placeDialog((place) => quietly(api.sendMessage(chosen(), { type: "location", ...place }))),
  choose: (answered) =>
    choiceDialog((choice) => quietly(api.sendMessage(chosen(), { ...choice, messageId: answered.wamid }))),
  lastFromBusiness: () => chat?.messages.findLast((message) => message.from === "business"),
  explain,
});

/** @type {WeakMap<HTMLElement, string>} */
const drawnFor = new WeakMap();

const slots = {
  people: el("div", { class: "scroll" }),
  phoneHead: el("header", { class: "bar" }),
  notice: el("div", {}),
  phone: el("div", { class: "scroll bottom" }),
  log: el("div", { class: "scroll" }),
  next: el("div", { class: "next-slot" }),
  panes: el("div", { class: "panes" }),
  tabs: el("nav", { class: "tabs" }),
};

await start();

async function start() {
  setLanguage(navigator.language.startsWith("ar") ? "ar" : "en");
  addEventListener("hashchange", () => location.reload());
  const session = await api.openSession().catch(() => undefined);
  if (session === undefined) return stopped(texts().linkOver);
  setLanguage(session.language);
  drawFrame();
  document.addEventListener("visibilitychange", sayWhereWeLook);
  addEventListener("pagehide", () => lookAway());
  setInterval(sayWhereWeLook, LOOK_EVERY_MS);
  void api.followChanges({
    changed: refresh,
    connected: (yes) => {
      isConnected = yes;
      draw();
    },
    over: () => {
      api.forgetSession();
      stopped(texts().sessionOver);
    },
  });
}

/** Asks anew, one question at a time: what comes in meanwhile is asked for after. */
async function refresh() {
  isStale = true;
  if (isRefreshing) return;
  isRefreshing = true;
  try {
    while (isStale) {
      isStale = false;
      overview = await api.getOverview();
      selectedId ??= overview.customers[0]?.customerId;
      chat = selectedId === undefined ? undefined : await api.getChat(selectedId);
      draw();
      sayWhereWeLook();
    }
  } catch (error) {
    if (!(error instanceof api.Refused) && !(error instanceof TypeError)) throw error; // not the network: a mistake of ours
  } finally {
    isRefreshing = false;
  }
}

/** The parts that stay; all words come from here and from `draw`. */
function drawFrame() {
  const t = texts();
  slots.panes.replaceChildren(
    el(
      "aside",
      { class: "pane people-pane", "aria-label": t.customers },
      el(
        "header",
        { class: "bar" },
        el("h2", { class: "grow" }, t.customers),
        el(
          "button",
          { class: "ib", type: "button", "aria-label": t.newCustomer, onclick: addCustomer },
          icon("plus"),
        ),
      ),
      slots.people,
    ),
    el(
      "div",
      { class: "desk" },
      el("main", { class: "device" }, slots.phoneHead, slots.notice, slots.phone, composer.node),
    ),
    el(
      "aside",
      { class: "pane log-pane", "aria-label": t.got },
      el("header", { class: "bar" }, el("h2", { class: "grow" }, t.got)),
      slots.log,
      slots.next,
    ),
  );
  document.body.replaceChildren(el("div", { class: "page" }, band(), slots.panes, slots.tabs));
  draw();
}

function band() {
  const t = texts();
  const turn = () => {
    setLanguage(currentLanguage() === "ar" ? "en" : "ar");
    api.rememberLanguage(currentLanguage());
    drawFrame();
  };
  return el(
    "div",
    { class: "band" },
    icon("flask", "s"),
    el("b", {}, t.simulator),
    el("span", { class: "grow wide-only" }, t.band),
    el("span", { class: "grow small-only" }, t.bandShort),
    el(
      "button",
      { type: "button", onclick: turn, lang: currentLanguage() === "ar" ? "en" : "ar" },
      t.otherLanguage,
    ),
    el("bdi", { class: "addr", dir: "ltr" }, location.host),
  );
}

function draw() {
  slots.panes.dataset["tab"] = tab;
  drawTabs();
  if (overview === undefined) return;
  const customer = overview.customers.find((one) => one.customerId === selectedId);
  const { customers, log } = overview;
  const now = overview;
  drawIfNew(slots.people, [customers, selectedId], () => customerList(now, selectedId, { select }));
  drawIfNew(slots.log, log, () => webhookLog(log));
  slots.notice.replaceChildren(...notices(overview));
  drawPhone(overview, customer);
  drawNext(overview, customer);
}

/** @param {Overview} current @param {Customer | undefined} customer */
function drawPhone(current, customer) {
  composer.node.hidden = customer === undefined;
  slots.phoneHead.replaceChildren(
    el("span", { class: "av me", "aria-hidden": "true" }, initials(current.business.name).slice(0, 1) || "·"),
    el(
      "div",
      { class: "grow" },
      el("h2", { class: "ell" }, el("bdi", {}, current.business.name)),
      el(
        "div",
        { class: "meta-t faint ell" },
        customer === undefined ? current.business.phone : texts().phoneOf(firstName(customer.name)),
      ),
    ),
    el("span", { class: "chip brass" }, icon("flask", "xs"), texts().simulator),
  );
  if (customer === undefined || chat?.customerId !== customer.customerId) {
    slots.phone.replaceChildren(customer === undefined ? nobody() : el("div", {}));
    return;
  }
  composer.draw(firstName(customer.name));
  thread.show(chat, current.business.name, currentLanguage(), {
    reply: (message) => composer.replyTo(message),
    react: (message) => composer.chooseEmoji(message),
    tap: (message, tap) => quietly(api.sendMessage(chosen(), tapMessage(message, tap))),
    openList: (message) =>
      listDialog(message, (tap) => quietly(api.sendMessage(chosen(), tapMessage(message, tap)))),
  });
  if (slots.phone.firstElementChild !== thread.node) slots.phone.replaceChildren(thread.node);
}

/** @param {Overview} current @param {Customer | undefined} customer */
function drawNext(current, customer) {
  if (slots.next.contains(document.activeElement) && slots.next.dataset["answer"] === chat?.answer) return;
  slots.next.dataset["answer"] = chat?.answer ?? "";
  if (customer === undefined || chat === undefined) return slots.next.replaceChildren();
  slots.next.replaceChildren(
    nextAnswer(current, firstName(customer.name), chat.answer, (answer) =>
      quietly(api.setAnswer(chosen(), answer)),
    ),
  );
}

function drawTabs() {
  const t = texts();
  const unread = (overview?.customers ?? []).reduce(
    (sum, one) => sum + (one.customerId === selectedId ? 0 : one.unread),
    0,
  );
  const button = (
    /** @type {typeof tab} */ name,
    /** @type {"users" | "phone" | "log"} */ sign,
    /** @type {string} */ label,
  ) =>
    el(
      "button",
      { type: "button", "aria-current": String(tab === name), onclick: () => show(name) },
      icon(sign),
      label,
      name === "people" && unread > 0 && el("span", { class: "cnt" }, String(unread)),
    );
  slots.tabs.replaceChildren(
    button("people", "users", t.customers),
    button("chat", "phone", t.phone),
    button("log", "log", t.gotShort),
  );
}

function nobody() {
  return el(
    "div",
    { class: "middle" },
    el(
      "div",
      { class: "empty" },
      el("span", { class: "ic" }, icon("phone")),
      el("h3", {}, texts().noCustomers),
      el("p", {}, texts().noCustomersHint),
      el("button", { class: "btn pri", type: "button", onclick: addCustomer }, texts().addFirst),
    ),
  );
}

/** @param {Overview} current */
function notices(current) {
  if (!isConnected) return [el("div", { class: "say", role: "status" }, texts().offline)];
  if (!current.connected) return [el("div", { class: "say", role: "status" }, texts().notConnected)];
  return [];
}

/** @param {string} customerId */
function select(customerId) {
  if (customerId !== selectedId) {
    lookAway();
    selectedId = customerId;
    chat = undefined;
    composer.reset();
  }
  show("chat");
  void refresh();
}

/** @param {typeof tab} wanted */
function show(wanted) {
  tab = wanted;
  draw();
  sayWhereWeLook();
}

function addCustomer() {
  newCustomerDialog(
    overview?.customers.length ?? 0,
    () => composer.focus(),
    async (customer) => {
      try {
        const { customerId } = await api.createCustomer(customer);
        select(customerId);
        return undefined;
      } catch (error) {
        return explain(error);
      }
    },
  );
}

/** The chat counts as open while this page is in front and shows the phone. */
function sayWhereWeLook() {
  const isShown = document.visibilityState === "visible" && slots.phone.checkVisibility();
  if (!isShown || selectedId === undefined) return lookAway();
  lookingAt = selectedId;
  quietly(api.look(selectedId, true));
}

function lookAway() {
  if (lookingAt === undefined) return;
  quietly(api.look(lookingAt, false));
  lookingAt = undefined;
}

/** @param {Message} message @param {Tap} tap */
function tapMessage(message, tap) {
  const messageId = message.wamid;
  if (tap.kind === "button") return { type: "button", messageId, payload: tap.id, text: tap.title };
  const { id, title, description } = tap;
  return { type: tap.kind, messageId, id, title, ...(description === undefined ? {} : { description }) };
}

function chosen() {
  if (selectedId === undefined) throw new Error("no customer is chosen");
  return selectedId;
}

/** @param {unknown} error */
function explain(error) {
  const t = texts();
  const code = error instanceof api.Refused ? error.code : "";
  if (error instanceof api.Refused && error.status === 413) return t.tooLarge;
  if (code === "file_empty") return t.fileEmpty;
  if (code === "phone_known") return t.phoneKnown;
  if (code === "phone_not_valid" || code === "not_valid") return t.phoneNotValid;
  return t.notSent;
}

/** What fails here shows by itself: the notice that the simulator does not answer. @param {Promise<unknown>} promise */
function quietly(promise) {
  promise.catch(() => undefined);
}

/** Leaves focus and scroll alone unless the facts behind have changed. @param {HTMLElement} slot @param {unknown} facts @param {() => HTMLElement} build */
function drawIfNew(slot, facts, build) {
  const key = currentLanguage() + JSON.stringify(facts);
  if (drawnFor.get(slot) === key) return;
  drawnFor.set(slot, key);
  const top = slot.scrollTop;
  slot.replaceChildren(build());
  slot.scrollTop = top;
}

/** @param {string} why */
function stopped(why) {
  document.body.replaceChildren(
    el(
      "div",
      { class: "page" },
      band(),
      el(
        "div",
        { class: "middle" },
        el(
          "div",
          { class: "empty" },
          el("span", { class: "ic" }, icon("flask")),
          el("h2", {}, why),
          el("p", {}, texts().linkOverHint),
        ),
      ),
    ),
  );
}
