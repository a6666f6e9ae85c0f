import { z } from "zod";

/** Before any schema is made: zod would otherwise try `new Function`, which our policy refuses and reports. */
z.config({ jitless: true });
