import { billingRoutes } from "./billing.ts";
import { bindingRoutes } from "./binding.ts";
import { contactRoutes } from "./contacts.ts";
import { conversationRoutes } from "./conversations.ts";
import { deletionRoutes } from "./deletion.ts";
import { deviceRoutes } from "./devices.ts";
import { factorRoutes } from "./factors.ts";
import { memberRoutes } from "./members.ts";
import { networkRoutes } from "./network.ts";
import { numberRoutes } from "./numbers.ts";
import { performanceRoutes } from "./performance.ts";
import { policyRoutes } from "./policies.ts";
import { quarantineRoutes } from "./quarantine.ts";
import { recoveryRoutes } from "./recovery.ts";
import type { Route } from "./route.ts";
import { sessionRoutes } from "./session.ts";
import { setupRoutes } from "./setup.ts";
import { ssoRoutes } from "./sso.ts";
import { teamRoutes } from "./teams.ts";

/**
 * Every JSON operation under /api/v1. Beside them stand, outside this table because they carry bytes:
 * `GET /api/v1/media/:id` (a file, with its own Content-Type; never rendered as a page),
 * `POST /api/v1/uploads` (raw bytes with their Content-Type; answers `upload`), and the WebSocket `/api/v1/live`. The
 * addresses that identity providers use (`/sso/...`, `/scim/v2/...`) are those of their own standards.
 */
export const contract = {
  ...setupRoutes,
  ...sessionRoutes,
  ...bindingRoutes,
  ...deviceRoutes,
  ...factorRoutes,
  ...memberRoutes,
  ...recoveryRoutes,
  ...billingRoutes,
  ...deletionRoutes,
  ...teamRoutes,
  ...networkRoutes,
  ...policyRoutes,
  ...numberRoutes,
  ...conversationRoutes,
  ...contactRoutes,
  ...performanceRoutes,
  ...quarantineRoutes,
  ...ssoRoutes,
} as const satisfies Record<string, Route>;

export type Contract = typeof contract;
export type Operation = keyof Contract;
