import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { FAULT } from "../../simulator/faults/fault.ts";

const page = readFileSync(new URL("../../docs/simulator.md", import.meta.url), "utf8");
const rowsOf = [...page.split("## The faults")[1]!.matchAll(/^\| `(\w+)` \|(.*?)\| .+ \|$/gm)].filter(
  ([, kind]) => kind !== "kind",
);

test("docs/simulator.md has one row for each fault that the simulator knows, and no other", () => {
  const known = FAULT.options.map(({ shape }) => shape.kind.value);
  assert.deepEqual(rowsOf.map(([, kind]) => kind).toSorted(), known.toSorted());
});

test("each row names every member of its fault", () => {
  for (const [, kind, members = ""] of rowsOf) {
    const option = FAULT.options.find(({ shape }) => shape.kind.value === kind);
    const named = [...members.matchAll(/`(\w+)`/g)].map(([, name]) => name);
    for (const name of Object.keys(option?.shape ?? {}).filter((one) => one !== "kind"))
      assert.ok(named.includes(name), `${kind}: ${name}`);
  }
});
