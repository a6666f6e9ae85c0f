import { type ControlledSimulator, controlSimulator } from "../../simulator/control-client.ts";
import { CommandLine } from "./command-line.ts";

export interface SimulatorProcess extends AsyncDisposable {
  /** Where Wardroom reaches it. */
  readonly url: string;
  readonly controlUrl: string;
  readonly controlToken: string;
  readonly app: { readonly appId: string; readonly appSecret: string };
  /** The number that it starts with. */
  readonly number: { readonly phoneNumberId: string; readonly wabaId: string; readonly accessToken: string };
  readonly control: ControlledSimulator;
}

/**
 * `wardroom simulator --alone` as a process of its own: it outlives every Wardroom that a test kills, and afterwards says
 * which sends it took (`control.acceptedSends()`). `folder` is empty; `options` as on the command line.
 */
export async function startSimulatorProcess(
  folder: string,
  options: readonly string[] = [],
): Promise<SimulatorProcess> {
  const wardroom = await CommandLine.on(folder);
  const started = await wardroom.start(["simulator", "--alone", "--port", "0", "--json", ...options]);
  const { url, controlUrl, controlToken, appId, appSecret, phoneNumberId, wabaId, accessToken } =
    started.ready;
  const control = controlSimulator(controlUrl, controlToken);
  return {
    ...{ url, controlUrl, controlToken, control },
    app: { appId, appSecret },
    number: { phoneNumberId, wabaId, accessToken },
    [Symbol.asyncDispose]: async () => {
      await control[Symbol.asyncDispose]();
      await started[Symbol.asyncDispose]();
    },
  };
}
