import { Refusal } from "../../server/platform/refusal.ts";

/** The code of the refusal that `act` ends in, or "no refusal". Anything else that it throws is thrown. */
export async function refusalOf(act: Promise<unknown>): Promise<string> {
  try {
    await act;
    return "no refusal";
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}
