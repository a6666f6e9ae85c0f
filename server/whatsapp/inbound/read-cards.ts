import type { ContactCard, MessageBody } from "../message-body.ts";
import {
  countUnknown,
  filledText,
  type JsonObject,
  needId,
  needNumber,
  needObject,
  optionalList,
  optionalObject,
  ShapeFault,
  type Tally,
} from "./shape.ts";

const LOCATION = new Set(["latitude", "longitude", "name", "address", "url"]);

export function readLocation(tally: Tally, object: JsonObject): MessageBody {
  countUnknown(tally, object, LOCATION);
  const latitude = needNumber(object["latitude"]);
  const longitude = needNumber(object["longitude"]);
  if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180) throw new ShapeFault();
  const name = filledText(object["name"]);
  return { kind: "location", latitude, longitude, name, address: filledText(object["address"]) };
}

const ORDER = new Set(["catalog_id", "text", "product_items"]);
const ORDER_ITEM = new Set(["product_retailer_id", "quantity", "item_price", "currency"]);

export function readOrder(tally: Tally, object: JsonObject): MessageBody {
  countUnknown(tally, object, ORDER);
  const items = optionalList(object["product_items"]).map((value) => {
    const item = needObject(value);
    countUnknown(tally, item, ORDER_ITEM);
    return {
      product: needId(item["product_retailer_id"]),
      quantity: needNumber(item["quantity"]),
      price: needNumber(item["item_price"]),
      currency: needId(item["currency"]),
    };
  });
  return { kind: "order", text: filledText(object["text"]), items };
}

const CARD = new Set(["name", "org", "phones", "emails", "addresses", "birthday", "urls"]);

export function readContacts(tally: Tally, list: readonly unknown[]): MessageBody {
  return { kind: "contacts", cards: list.map((value) => readCard(tally, needObject(value))) };
}

function readCard(tally: Tally, card: JsonObject): ContactCard {
  countUnknown(tally, card, CARD);
  const name = optionalObject(card["name"]);
  const parts = [name["first_name"], name["middle_name"], name["last_name"]].map(filledText);
  return {
    name: filledText(name["formatted_name"]) ?? parts.filter((part) => part !== null).join(" "),
    organisation: filledText(optionalObject(card["org"])["company"]),
    phones: listTexts(card["phones"], "phone", "wa_id"),
    emails: listTexts(card["emails"], "email"),
  };
}

/** The first of `names` that each object of a list has. */
function listTexts(value: unknown, ...names: readonly string[]): string[] {
  return optionalList(value).flatMap((item) => {
    const object = needObject(item);
    return names.map((name) => filledText(object[name])).find((text) => text !== null) ?? [];
  });
}
