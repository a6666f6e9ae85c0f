import { ARABIC, ARABIC_OPENINGS } from "./arabic.ts";
import { type Dialogue, fillLine, type Line } from "./dialogue.ts";
import { ENGLISH, ENGLISH_OPENINGS } from "./english.ts";
import { AREAS, DAYS, DRIVERS, ITEMS } from "./goods.ts";
import { AGENT_NAMES, type SampleCustomer, sampleCustomers } from "./people.ts";
import { type Random, seededRandom } from "./random.ts";

/** One message of the sample business, at its time. */
export interface PlannedMessage extends Line {
  readonly at: Date;
  /** Values that a template or a file names. */
  readonly words: Readonly<Record<string, string>>;
}

/** A customer's chat from its beginning until now. */
export interface PlannedChat {
  readonly customer: SampleCustomer;
  /** Who answers; undefined while nobody has taken it. */
  readonly assignee: string | undefined;
  readonly closedAt: Date | undefined;
  /** When the assignee read the customer's last word without answering it; undefined: unread, or answered. */
  readonly readAt: Date | undefined;
  readonly messages: readonly PlannedMessage[];
}

const CONTACTS = 200;
const MESSAGES = 2_000;
const DAYS_BACK = 90;

/** Chats that nobody has taken yet, and such whose window closes within the hour. */
const WAITING = 14;
const CLOSING_SOON = 5;
/** Open chats of the team, the two kinds above not counted. */
const OPEN = 52;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Two hundred customers and two thousand messages over ninety days that end at `now`. Pure: the same every time. */
export function planHistory(now: Date, agents: readonly string[]): PlannedChat[] {
  const random = seededRandom(20_261_123);
  const customers = sampleCustomers(CONTACTS);
  let left = MESSAGES;
  const chats = customers.map((customer, rank) => {
    const chat = planChat(random, now, { customer, rank, agents });
    left -= chat.messages.length;
    return chat;
  });
  const earliest = now.getTime() - DAYS_BACK * DAY_MS;
  for (let rank = WAITING + CLOSING_SOON; left > 0; rank = rank === CONTACTS - 1 ? WAITING : rank + 1) {
    const chat = chats[rank] as PlannedChat;
    const longer = prependVisit(random, chat, { earliest, room: left });
    left -= longer.messages.length - chat.messages.length;
    chats[rank] = longer;
  }
  return chats;
}

interface Seat {
  readonly customer: SampleCustomer;
  /** 0 is the chat that was active last. */
  readonly rank: number;
  readonly agents: readonly string[];
}

function planChat(random: Random, now: Date, { customer, rank, agents }: Seat): PlannedChat {
  const assignee = agents[rank % agents.length] as string;
  if (rank < WAITING) {
    const end = now.getTime() - (4 + rank * rank * 4) * MINUTE_MS;
    const opening = random.pick(customer.language === "ar" ? ARABIC_OPENINGS : ENGLISH_OPENINGS);
    return {
      customer,
      assignee: undefined,
      closedAt: undefined,
      readAt: undefined,
      messages: visitThatEnds(random, end, opening, customer, ""),
    };
  }
  const isOpen = rank < WAITING + CLOSING_SOON + OPEN;
  const end = endOf(random, now, rank);
  const messages = planVisits(random, end, {
    customer,
    agent: assignee,
    isOpen,
    isWaiting: rank < WAITING + CLOSING_SOON,
  });
  const last = messages.at(-1)?.at.getTime() ?? end;
  const closedAt = isOpen
    ? undefined
    : new Date(Math.min(now.getTime(), last + random.between(5, 600) * MINUTE_MS));
  const readAt =
    !isOpen || random.next() < 0.4 ? new Date(Math.min(now.getTime(), last + 4 * MINUTE_MS)) : undefined;
  return { customer, assignee, closedAt, readAt, messages };
}

/** When the last visit ends: soon after one another for open chats, then further and further back. */
function endOf(random: Random, now: Date, rank: number): number {
  if (rank < WAITING + CLOSING_SOON) {
    // The customer wrote last 23 to 24 hours ago: few minutes are left.
    return now.getTime() - 24 * HOUR_MS + (6 + (rank - WAITING) * 11) * MINUTE_MS;
  }
  const place = rank - WAITING - CLOSING_SOON;
  if (place < OPEN) return now.getTime() - (10 + place * place * 2.6) * MINUTE_MS;
  const share = (place - OPEN) / (CONTACTS - WAITING - CLOSING_SOON - OPEN);
  return inOpeningHours(now.getTime() - (1 + share * (DAYS_BACK - 12)) * DAY_MS, random);
}

/** From 9 to 21 in Dubai (UTC+4), where the shop is. */
function inOpeningHours(time: number, random: Random): number {
  const midnight = Math.floor(time / DAY_MS) * DAY_MS;
  return midnight + random.between(5 * 60, 17 * 60) * MINUTE_MS;
}

function planVisits(
  random: Random,
  end: number,
  chat: {
    readonly customer: SampleCustomer;
    readonly agent: string;
    readonly isOpen: boolean;
    readonly isWaiting: boolean;
  },
): PlannedMessage[] {
  const { customer, agent } = chat;
  const dialogues = customer.language === "ar" ? ARABIC : ENGLISH;
  let last = random.pick(dialogues);
  // An open chat is in the middle of things: one of both has the last word.
  if (chat.isWaiting) last = cutAfter("customer", last);
  else if (chat.isOpen) last = cutAfter(random.next() < 0.5 ? "business" : "customer", last);
  const messages = visitThatEnds(random, end, last, customer, agent);
  while (random.next() < 0.34) {
    const before = (messages[0]?.at.getTime() ?? end) - random.between(3, 20) * DAY_MS;
    if (before < end - (DAYS_BACK - 4) * DAY_MS) break;
    messages.unshift(
      ...visitThatEnds(random, inOpeningHours(before, random), random.pick(dialogues), customer, agent),
    );
  }
  return messages[0]?.from === "customer" ? messages : beginWithCustomer(random, customer, agent, messages);
}

/** A business may not write first out of nothing: the chat begins with a visit in which the customer does. */
function beginWithCustomer(
  random: Random,
  customer: SampleCustomer,
  agent: string,
  messages: readonly PlannedMessage[],
): PlannedMessage[] {
  const first = messages[0]?.at.getTime() ?? 0;
  const end = inOpeningHours(first - 2 * DAY_MS, random);
  return [...visitThatEnds(random, end, random.pick(startedBy(customer)), customer, agent), ...messages];
}

function startedBy({ language }: SampleCustomer): Dialogue[] {
  return (language === "ar" ? ARABIC : ENGLISH).filter((dialogue) => dialogue[0]?.from === "customer");
}

/** The dialogue up to one of the middle lines of `from`; whole where there is none. */
function cutAfter(from: Line["from"], dialogue: Dialogue): Dialogue {
  const places = dialogue.flatMap((line, n) =>
    line.from === from && (line.kind === "text" || line.kind === "image") ? [n] : [],
  );
  const at = places[Math.floor(places.length / 2)] ?? dialogue.length - 1;
  return dialogue.slice(0, at + 1);
}

/** A dialogue with its times, the last line at `end`. */
function visitThatEnds(
  random: Random,
  end: number,
  dialogue: Dialogue,
  customer: SampleCustomer,
  agent: string,
): PlannedMessage[] {
  const words = wordsOf(random, customer, agent);
  let at = end;
  return dialogue
    .toReversed()
    .map((line, n, lines) => {
      const message = { ...line, text: fillLine(line.text, words), words, at: new Date(at) };
      const isSameWriter = lines[n + 1]?.from === line.from;
      at -= isSameWriter ? random.between(15, 70) * 1_000 : random.between(1, 14) * MINUTE_MS;
      return message;
    })
    .toReversed();
}

function wordsOf(random: Random, customer: SampleCustomer, agent: string): Record<string, string> {
  const { language } = customer;
  const area = random.between(0, AREAS.en.length - 1);
  return {
    name: customer.firstName,
    agent: AGENT_NAMES[agent]?.[language] ?? "",
    item: random.pick<string>(ITEMS[language]),
    area: AREAS[language][area] ?? "",
    place: String(area),
    day: random.pick<string>(DAYS[language]),
    driver: random.pick<string>(DRIVERS[language]),
    order: `MH-${random.between(10_200, 18_900)}`,
    price: (random.between(9, 120) * 50 - 5).toLocaleString("en"),
  };
}

/** One more visit before the first one, of at most `room` messages; the same chat where there is no time for it. */
function prependVisit(
  random: Random,
  chat: PlannedChat,
  { earliest, room }: { readonly earliest: number; readonly room: number },
): PlannedChat {
  const { customer, messages } = chat;
  const fitting = startedBy(customer).filter((dialogue) => dialogue.length <= room);
  const first = messages[0]?.at.getTime() ?? 0;
  const end = inOpeningHours(first - random.between(2, 5) * DAY_MS, random);
  if (end < earliest + DAY_MS) return chat;
  const visit = visitThatEnds(random, end, random.pick(fitting), customer, chat.assignee ?? "");
  return { ...chat, messages: [...visit, ...messages] };
}
