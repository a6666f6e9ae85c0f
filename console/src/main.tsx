import { z } from "zod";
import { guardMarkup } from "./trusted-types.ts";

guardMarkup();

// Before any schema is made, hence the dynamic import below: zod would otherwise try `new Function`, which our policy
// refuses and reports.
z.config({ jitless: true });

const root = document.getElementById("root");
if (root !== null) void import("./start.tsx").then(({ start }) => start(root));
