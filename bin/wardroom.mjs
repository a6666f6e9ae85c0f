#!/usr/bin/env node
import { runWithNode } from "./launch/run-with-node.mjs";

runWithNode(new URL("../cli/main.ts", import.meta.url), process.argv.slice(2));
