import { after } from "node:test";
import { openActsHouse } from "./inbox-acts/acts-house.ts";
import { testAsTimePasses } from "./inbox-acts/as-time-passes.ts";
import { testOpenConsoles } from "./inbox-acts/open-consoles.ts";
import { testTakingAndClosing } from "./inbox-acts/taking-and-closing.ts";
import { testWhatIsSaid } from "./inbox-acts/what-is-said.ts";
import { testWhoWrites } from "./inbox-acts/who-writes.ts";

/** What members do with chats, from both sides of the wire, in one house and in this order: the last ones move its clock. */
const house = await openActsHouse();
after(() => house[Symbol.asyncDispose]());
testTakingAndClosing(house);
testWhatIsSaid(house);
testWhoWrites(house);
testOpenConsoles(house);
testAsTimePasses(house);
