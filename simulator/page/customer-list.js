// @ts-check
import { avatar, el } from "./elements.js";
import { texts } from "./texts.js";

/** @import { Overview, Customer } from "./phone-api.js" */

/**
 * The customers, newest chat first.
 * @param {Overview} overview @param {string | undefined} selectedId
 * @param {{ select: (customerId: string) => void }} on
 */
export function customerList(overview, selectedId, on) {
  if (overview.customers.length === 0) {
    return el("div", { class: "empty" }, el("p", { class: "meta-t" }, texts().noCustomers)); // the phone offers to add one
  }
  return el(
    "div",
    { class: "people" },
    ...overview.customers.map((customer) =>
      el(
        "button",
        {
          class: `lr ${customer.unread > 0 ? "un" : ""}`,
          "aria-current": String(customer.customerId === selectedId),
          onclick: () => on.select(customer.customerId),
          type: "button",
        },
        avatar(customer.name, customer.customerId),
        el(
          "span",
          { class: "grow" },
          el("span", { class: "nm ell" }, el("bdi", {}, customer.name)),
          el("span", { class: "meta-t faint ell" }, address(customer)),
        ),
        customer.unread > 0 && el("span", { class: "cnt" }, String(customer.unread)),
      ),
    ),
  );
}

/** Phone, or the shortened business-scoped id of somebody without. @param {Customer} customer */
function address(customer) {
  if (customer.phone !== undefined) return el("bdi", { dir: "ltr" }, customer.phone);
  const id = customer.businessScopedId ?? "";
  return el("bdi", { dir: "ltr" }, `${texts().idOnlyName} · ${id.slice(0, 5)}…${id.slice(-3)}`);
}
