import { type ControlledSimulator, controlSimulator } from "../../simulator/control-client.ts";
import type { Config } from "../config/config.ts";
import { Secret } from "../platform/secret.ts";
import { StartFault } from "../platform/start-fault.ts";
import type { SimulatorPlace } from "./simulator-seat.ts";

/**
 * Takes a simulator that runs by itself on this machine for ours: it outlives us, and several Wardrooms may share it. It is
 * told to trust our own certificate, where we have one. Throws a StartFault when it does not answer.
 */
export async function openOtherSimulator(
  { controlUrl, token }: NonNullable<Config["otherSimulator"]>,
  callbackCa: string | undefined,
): Promise<SimulatorPlace & AsyncDisposable> {
  const control = controlSimulator(controlUrl, token.reveal());
  const { url, app } = await greet(control, callbackCa).catch(async (error: unknown) => {
    await control[Symbol.asyncDispose]();
    throw new StartFault(
      "The simulator at WARDROOM_SIMULATOR_CONTROL_URL does not answer, or not to this token.",
      "Start it (wardroom simulator --alone), or leave the setting out for the built-in one.",
      { cause: error },
    );
  });
  return {
    graphUrl: url,
    appId: app.appId,
    appSecret: new Secret(app.appSecret),
    async addNumber(businessName) {
      const { wabaId, phoneNumberId, accessToken } = await control.addNumber(businessName);
      return { wabaId, phoneNumberId, accessToken: new Secret(accessToken) };
    },
    createPhoneLink: (input) => control.createPhoneLink(input),
    [Symbol.asyncDispose]: () => control[Symbol.asyncDispose](),
  };
}

async function greet(control: ControlledSimulator, callbackCa: string | undefined) {
  const overview = await control.overview();
  if (callbackCa !== undefined) await control.trustCallbackCa(callbackCa);
  return overview;
}
