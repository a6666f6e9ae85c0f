import type { Language } from "../../../contract/basics.ts";
import { api } from "../api/client.ts";

/** Opens the page that plays the customer's phone in a tab of its own, which cannot reach back to this one. */
export async function openPhone(numberId: string, language: Language): Promise<void> {
  const { link } = await api.createPhoneLink({ params: { id: numberId }, body: { language } });
  window.open(link, "_blank", "noopener,noreferrer");
}
