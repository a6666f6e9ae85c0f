// @ts-check
import { el } from "./elements.js";
import { currentLanguage, texts } from "./texts.js";

/** @import { Message, Tap } from "./phone-api.js" */

/** People for a first try; the numbers are kept for stories by nobody's telephone company, so any will do. */
const SAMPLES = {
  en: [
    ["Layla Haddad", "+966 50 000 0142"],
    ["James Whitfield", "+44 7700 900 311"],
    ["Aisha Rahman", "+971 50 000 0228"],
    ["Omar Saleh", "+966 50 000 0207"],
  ],
  ar: [
    ["ليلى حداد", "+966 50 000 0142"],
    ["محمد العتيبي", "+966 50 000 0207"],
    ["عائشة الرحمن", "+971 50 000 0228"],
    ["James Whitfield", "+44 7700 900 311"],
  ],
};

const SAMPLE_PLACE = {
  en: { name: "King Abdullah Park", address: "Al Malaz, Riyadh" },
  ar: { name: "حديقة الملك عبدالله", address: "الملز، الرياض" },
};

const SAMPLE_CHOICE = {
  en: { title: "Thursday evening", description: "Between 5 and 9 pm" },
  ar: { title: "مساء الخميس", description: "بين الخامسة والتاسعة مساءً" },
};

/**
 * A name and a number, suggested so that one press is enough.
 * @param {number} count of customers so far
 * @param {() => void} added when the dialog has closed
 * @param {(customer: { name: string, phone?: string, businessScopedOnly: boolean }) => Promise<string | undefined>} create
 *   answers with a sentence when it did not work
 */
export function newCustomerDialog(count, added, create) {
  const t = texts();
  const [name, phone] = SAMPLES[currentLanguage()][count] ?? ["", ""];
  const nameField = el("input", {
    class: "input",
    id: "cn",
    value: name,
    required: true,
    maxlength: "120",
    dir: "auto",
    autocomplete: "off",
  });
  const phoneField = el("input", {
    class: "input",
    id: "cp",
    value: phone,
    type: "tel",
    dir: "ltr",
    maxlength: "40",
    autocomplete: "off",
  });
  const idOnly = el("input", { type: "checkbox" });
  const problem = el("p", { class: "hint bad", role: "alert" });
  idOnly.addEventListener("change", () => {
    phoneField.disabled = idOnly.checked;
  });
  openDialog(
    t.newCustomer,
    t.add,
    [
      el("div", { class: "field" }, el("label", { for: "cn" }, t.name), nameField),
      el(
        "div",
        { class: "field" },
        el("label", { for: "cp" }, t.phoneNumber),
        phoneField,
        el("p", { class: "hint" }, t.phoneHint),
      ),
      el("label", { class: "check" }, idOnly, el("span", {}, t.idOnly)),
      problem,
    ],
    async () => {
      const isIdOnly = idOnly.checked;
      const said = await create({
        name: nameField.value,
        businessScopedOnly: isIdOnly,
        ...(isIdOnly ? {} : { phone: phoneField.value }),
      });
      problem.replaceChildren(said ?? "");
      return said === undefined;
    },
    added,
  );
}

/**
 * A tap on a button or a list row, as customers answer what a business offers. For choices that the page does not show:
 * the business's own programs may offer them, and this one answers.
 * @param {(choice: { type: "button_reply" | "list_reply", id: string, title: string, description?: string }) => void} send
 */
export function choiceDialog(send) {
  const t = texts();
  const sample = SAMPLE_CHOICE[currentLanguage()];
  const button = el("input", { type: "radio", name: "choice", checked: true });
  const row = el("input", { type: "radio", name: "choice" });
  const title = el("input", {
    class: "input",
    id: "ct",
    value: sample.title,
    dir: "auto",
    maxlength: "24",
    required: true,
    autocomplete: "off",
  });
  const description = el("input", {
    class: "input",
    id: "cd",
    value: sample.description,
    dir: "auto",
    maxlength: "72",
    autocomplete: "off",
  });
  const about = el("div", { class: "field" }, el("label", { for: "cd" }, t.choiceDescription), description);
  about.hidden = true;
  for (const kind of [button, row]) {
    kind.addEventListener("change", () => {
      about.hidden = !row.checked;
    });
  }
  openDialog(
    t.choiceTitle,
    t.send,
    [
      el("label", { class: "check" }, button, el("span", {}, t.choiceButton)),
      el("label", { class: "check" }, row, el("span", {}, t.choiceRow)),
      el("div", { class: "field" }, el("label", { for: "ct" }, t.choiceWords), title),
      about,
      el("p", { class: "hint" }, t.choiceHint),
    ],
    async () => {
      const words = { id: title.value.trim(), title: title.value.trim() };
      if (!row.checked) send({ type: "button_reply", ...words });
      else if (description.value.trim() === "") send({ type: "list_reply", ...words });
      else send({ type: "list_reply", ...words, description: description.value.trim() });
      return true;
    },
  );
}

/** @param {(place: { latitude: number, longitude: number, name?: string, address?: string }) => void} send */
export function placeDialog(send) {
  const t = texts();
  const sample = SAMPLE_PLACE[currentLanguage()];
  const name = el("input", { class: "input", id: "pn", value: sample.name, dir: "auto", maxlength: "200" });
  const address = el("input", {
    class: "input",
    id: "pa",
    value: sample.address,
    dir: "auto",
    maxlength: "400",
  });
  const latitude = el("input", {
    class: "input",
    id: "pl",
    value: "24.66540",
    dir: "ltr",
    inputmode: "decimal",
    pattern: "-?[0-9]{1,2}([.][0-9]+)?",
    required: true,
  });
  const longitude = el("input", {
    class: "input",
    id: "po",
    value: "46.73760",
    dir: "ltr",
    inputmode: "decimal",
    pattern: "-?[0-9]{1,3}([.][0-9]+)?",
    required: true,
  });
  const field = (/** @type {string} */ label, /** @type {HTMLInputElement} */ input) =>
    el("div", { class: "field" }, el("label", { for: input.id }, label), input);
  openDialog(
    t.placeTitle,
    t.send,
    [
      field(t.placeName, name),
      field(t.placeAddress, address),
      el("div", { class: "two" }, field(t.latitude, latitude), field(t.longitude, longitude)),
    ],
    async () => {
      send({
        latitude: Number(latitude.value),
        longitude: Number(longitude.value),
        ...(name.value.trim() === "" ? {} : { name: name.value }),
        ...(address.value.trim() === "" ? {} : { address: address.value }),
      });
      return true;
    },
  );
}

/** The rows of a list message. @param {Message} message @param {(tap: Tap) => void} choose */
export function listDialog(message, choose) {
  const dialog = el("dialog", {}, el("h2", { dir: "auto" }, message.listButton ?? texts().choose));
  const rows = (message.taps ?? []).map((tap) =>
    el(
      "button",
      {
        class: "tap",
        type: "button",
        dir: "auto",
        onclick: () => {
          dialog.close();
          choose(tap);
        },
      },
      tap.title,
      tap.description !== undefined && el("small", {}, tap.description),
    ),
  );
  dialog.append(
    el("div", { class: "taps" }, ...rows),
    el(
      "div",
      { class: "acts" },
      el("button", { class: "btn sec", type: "button", onclick: () => dialog.close() }, texts().close),
    ),
  );
  show(dialog);
}

/** @param {string} title @param {string} act @param {HTMLElement[]} fields @param {() => Promise<boolean>} submit true closes @param {() => void} [after] */
function openDialog(title, act, fields, submit, after) {
  const dialog = el("dialog", { "aria-label": title });
  const form = el(
    "form",
    { method: "dialog" },
    ...fields,
    el(
      "div",
      { class: "acts" },
      el("button", { class: "btn sec", type: "button", onclick: () => dialog.close() }, texts().cancel),
      el("button", { class: "btn pri", type: "submit" }, act),
    ),
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!(await submit())) return;
    dialog.close();
    after?.();
  });
  dialog.append(el("h2", {}, title), form);
  show(dialog);
}

/** @param {HTMLDialogElement} dialog */
function show(dialog) {
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
