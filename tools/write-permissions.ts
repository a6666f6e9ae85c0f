import { writeFileSync } from "node:fs";
import { runWardroom } from "../tests/support/running-wardroom.ts";
import { describePermissions } from "./describe-permissions.ts";

/** `node bin/pinned-node.mjs tools/write-permissions.ts`: writes docs/permissions.md from the table and the routes. */
const routes: Array<Parameters<typeof describePermissions>[0][number]> = [];
await using _running = await runWardroom({ bare: true, onRoute: (route) => void routes.push(route) });
writeFileSync(new URL("../docs/permissions.md", import.meta.url), describePermissions(routes));
console.log("docs/permissions.md is written");
