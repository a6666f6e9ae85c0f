import { z } from "zod";
import type { Wardroom } from "../server/compose.ts";
import { Refusal } from "../server/platform/refusal.ts";

export const phoneLinksInput = z.strictObject({ language: z.enum(["en", "ar"]) });

/** What the server answers: one fresh link for each simulated number. */
export const phoneLinks = z.strictObject({
  url: z.string(),
  phones: z.array(
    z.strictObject({
      phoneNumberId: z.string(),
      businessName: z.string(),
      displayPhoneNumber: z.string(),
      link: z.string(),
    }),
  ),
});

/** Refuses with `whatsapp.simulator_off` where none runs. */
export function createPhoneLinks(
  { simulator }: Pick<Wardroom, "simulator">,
  { language }: z.output<typeof phoneLinksInput>,
): z.output<typeof phoneLinks> {
  if (simulator === undefined) throw new Refusal("unavailable", "whatsapp.simulator_off");
  const phones = simulator.listNumbers().map(({ phoneNumberId, businessName, displayPhoneNumber }) => ({
    ...{ phoneNumberId, businessName, displayPhoneNumber },
    link: simulator.createPhoneLink({ phoneNumberId, language }),
  }));
  return { url: simulator.url, phones };
}
