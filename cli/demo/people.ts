import type { Role } from "../../server/identity/actor.ts";

/** The sample business and its people. */
export const BUSINESS = { name: "Marsa Home", timeZone: "Asia/Dubai" } as const;

export interface SampleMember {
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly language: "en" | "ar";
}

export const OWNER = {
  name: "Huda Salem",
  email: "huda@marsahome.example",
  role: "owner",
  language: "en",
} as const satisfies SampleMember;

/** The lead first. */
export const TEAM: readonly SampleMember[] = [
  { name: "Rami Haddad", email: "rami@marsahome.example", role: "team_lead", language: "en" },
  { name: "Noura Al Ali", email: "noura@marsahome.example", role: "agent", language: "ar" },
  { name: "Priya Menon", email: "priya@marsahome.example", role: "agent", language: "en" },
  { name: "Daniel Cruz", email: "daniel@marsahome.example", role: "agent", language: "en" },
];

/** First names of the team as customers read them. */
export const AGENT_NAMES: Readonly<Record<string, { readonly en: string; readonly ar: string }>> = {
  "Rami Haddad": { en: "Rami", ar: "رامي" },
  "Noura Al Ali": { en: "Noura", ar: "نورة" },
  "Priya Menon": { en: "Priya", ar: "بريا" },
  "Daniel Cruz": { en: "Daniel", ar: "دانيال" },
};

export interface SampleCustomer {
  readonly name: string;
  /** How one calls them. */
  readonly firstName: string;
  /** What they write. */
  readonly language: "en" | "ar";
  /** With +. Made up; the business knows a few only by their business-scoped id. */
  readonly phone: string;
  readonly username: string | undefined;
}

const ENGLISH_FIRST =
  "Layla James Anjali Sofia Marco Fatima Oliver Priyanka Chen Hana Thomas Grace Ibrahim Elena Arjun Mariam Lucas Joy Karim Sara";
const ENGLISH_LAST = [
  ..."Haddad Whitfield Nair Rossi Santos Khan Becker Reyes Wang Okafor Lindqvist Fernandes Mansour Petrova".split(
    " ",
  ),
  ..."D'Souza Moreau".split(" "),
];
const ARABIC_FIRST =
  "محمد فاطمة أحمد مريم خالد نورة سلطان عائشة عمر شيخة يوسف هند راشد لطيفة سعيد موزة".split(" ");
const ARABIC_LAST =
  "المنصوري الهاشمي الكعبي حداد الزعابي السويدي العلي النعيمي الشامسي منصور المري الفلاسي".split(" ");

/** Numbers that are nobody's: of the ranges for fiction in Britain and North America, and of an unused one in the Gulf. */
const PREFIXES = ["+971500000", "+971500000", "+971500000", "+966500000", "+447700900", "+1202555"] as const;

/** `count` customers, always the same ones; two in five write Arabic. */
export function sampleCustomers(count: number): SampleCustomer[] {
  const first = ENGLISH_FIRST.split(" ");
  return Array.from({ length: count }, (_, n) => {
    const isArabic = n % 5 === 1 || n % 5 === 3;
    const firstName = pick(isArabic ? ARABIC_FIRST : first, n * 7 + Math.floor(n / 16));
    const lastName = pick(isArabic ? ARABIC_LAST : ENGLISH_LAST, n * 5 + Math.floor(n / 12));
    return {
      name: `${firstName} ${lastName}`,
      firstName,
      language: isArabic ? "ar" : "en",
      phone: phoneOf(n),
      username: n % 23 === 5 ? `${isArabic ? "home" : firstName.toLowerCase()}.${n}` : undefined,
    };
  });
}

function pick<Item>(items: readonly Item[], n: number): Item {
  return items[n % items.length] as Item;
}

function phoneOf(n: number): string {
  const prefix = pick(PREFIXES, n);
  return prefix === "+1202555" ? `${prefix}01${String(n % 100).padStart(2, "0")}` : `${prefix}${100 + n}`;
}
