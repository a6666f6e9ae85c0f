import { type DeletionHouseSettings, openDeletionHouse } from "./deletion-house.ts";

/** A process of its own that deletes what is due, again and again, until it is killed. */
const settings = JSON.parse(process.env["DELETION_CHILD"] ?? "{}") as DeletionHouseSettings;
const { deletions } = await openDeletionHouse(settings);
console.log("ready");
const goingOn = new AbortController().signal;
for (;;) {
  await deletions.run(goingOn);
  await new Promise((resolve) => setTimeout(resolve, 5));
}
