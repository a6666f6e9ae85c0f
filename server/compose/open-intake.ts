import { createIntake, type Intake, type IntakeDeps } from "../inbox/ingest/intake.ts";
import type { Foundation } from "./foundation.ts";
import { openIntakeThread } from "./intake-thread/open-intake-thread.ts";
import { openIntakeDatabase } from "./open-intake-database.ts";

/**
 * In which thread what Meta sends is stored: one of its own, or the one that everybody shares. The second is for who brings
 * a clock along, which cannot follow into another thread.
 */
export type IntakePlace = "thread" | "here";

export async function openIntake(
  place: IntakePlace,
  foundation: Foundation,
  { clock, log, onTakenIn }: Pick<IntakeDeps, "clock" | "log" | "onTakenIn">,
): Promise<Intake> {
  const { appUrl, rootKey, vault, audit } = foundation;
  if (place === "thread") return openIntakeThread({ appUrl, rootKey, log, onTakenIn });
  const db = openIntakeDatabase(appUrl, log);
  const intake = createIntake({ db, vault, audit, clock, log, onTakenIn });
  return {
    get isFull() {
      return intake.isFull;
    },
    get waiting() {
      return intake.waiting;
    },
    take: (body) => intake.take(body),
    async [Symbol.asyncDispose]() {
      await intake[Symbol.asyncDispose]();
      await db.destroy();
    },
  };
}
