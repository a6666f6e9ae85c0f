#!/usr/bin/env node
import { runWithNode } from "./launch/run-with-node.mjs";

const [script, ...args] = process.argv.slice(2);
if (script === undefined) {
  console.error("Usage: node bin/pinned-node.mjs SCRIPT [ARGUMENT...]");
  process.exit(1);
}
runWithNode(script, args);
