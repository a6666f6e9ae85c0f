import { z } from "zod";

/** What people know a number by; sealed as JSON in `whatsapp_number.profile_sealed`. */
const numberProfile = z.object({ displayPhoneNumber: z.string(), verifiedName: z.string() });

export type NumberProfile = z.output<typeof numberProfile>;

export function readNumberProfile(json: string): NumberProfile {
  return numberProfile.parse(JSON.parse(json));
}
