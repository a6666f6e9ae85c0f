import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyInstance } from "fastify";
import { CONTROL_INPUT as INPUT } from "./control-input.ts";
import type { Simulator } from "./simulator.ts";

/** One route for each method of the handle. Parsed strictly: what is not known is refused with 422. */
export function addControlRoutes(app: FastifyInstance, simulator: Simulator): void {
  app.get("/control", () => overview(simulator));
  addFaultRoutes(app, simulator);
  addCustomerRoutes(app, simulator);

  app.get("/control/sends", ({ query }) => simulator.acceptedSends(INPUT.sendsQuery.parse(query)));
  app.get("/control/numbers", () => simulator.listNumbers());
  app.post("/control/numbers", ({ body }) => simulator.addNumber(INPUT.number.parse(body)));
  app.post("/control/phone-links", ({ body }) => ({
    link: simulator.createPhoneLink(INPUT.phoneLink.parse(body)),
  }));
  app.post("/control/webhooks", ({ body: input }) => {
    const { body, ...how } = INPUT.webhook.parse(input);
    return simulator.injectWebhook(body, how);
  });
  app.post("/control/authorities", ({ body }) => {
    simulator.trustCallbackCa(INPUT.authority.parse(body).pem);
    return { done: true };
  });
  app.post("/control/idle", async ({ body }) => {
    const { timeoutMs } = INPUT.idle.parse(body);
    const isIdle = simulator.idle().then(() => true);
    return { idle: await Promise.race([isIdle, sleep(timeoutMs, false, { ref: false })]) };
  });
}

function addFaultRoutes(app: FastifyInstance, simulator: Simulator): void {
  app.get("/control/faults", () => simulator.listFaults());
  app.post("/control/faults", ({ body }) => ({ id: simulator.fault(INPUT.fault.parse(body)) }));
  app.delete("/control/faults", ({ query }) => {
    simulator.endFaults(INPUT.target.parse(query).target);
    return { done: true };
  });
  app.delete("/control/faults/:id", ({ params }) => ({ done: simulator.endFault(idOf(params)) }));
  app.post("/control/stray-statuses", ({ body }) =>
    simulator.sendStrayStatuses(INPUT.strayStatuses.parse(body)),
  );
}

function addCustomerRoutes(app: FastifyInstance, simulator: Simulator): void {
  app.post("/control/customers", ({ body }) => simulator.addCustomer(INPUT.customer.parse(body)));
  app.get("/control/customers/:id/messages", ({ params }) => simulator.messagesOf(idOf(params)));
  app.post("/control/customers/:id/messages", ({ params, body }) =>
    simulator.sendAsCustomer(idOf(params), INPUT.message.parse(body)),
  );
  app.post("/control/behaviour", ({ body }) => {
    const { target, ...plan } = INPUT.behaviour.parse(body);
    simulator.behaviour(target, plan);
    return { done: true };
  });
}

function idOf(params: unknown): string {
  return (params as { id: string }).id;
}

function overview(simulator: Simulator): object {
  return {
    url: simulator.url,
    app: simulator.app,
    seed: simulator.seed,
    pending: simulator.pendingCount(),
    numbers: simulator.listNumbers(),
  };
}
