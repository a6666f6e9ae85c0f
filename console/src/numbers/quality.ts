import type { Translate } from "../texts/translate.ts";

export interface Quality {
  readonly tone: "ok" | "warn" | "critical" | "plain";
  readonly text: string;
}

/** Meta's word for how customers take the number's messages, in ours. An open list: others are "not known". */
export function qualityOf(quality: string | null, t: Translate): Quality {
  if (quality === "GREEN") return { tone: "ok", text: t("numbers.qualityHigh") };
  if (quality === "YELLOW") return { tone: "warn", text: t("numbers.qualityMedium") };
  if (quality === "RED") return { tone: "critical", text: t("numbers.qualityLow") };
  return { tone: "plain", text: t("numbers.qualityUnknown") };
}

/** The same as part of a sentence. */
export function qualityText(quality: string | null, t: Translate): string {
  return qualityOf(quality, t).text;
}
