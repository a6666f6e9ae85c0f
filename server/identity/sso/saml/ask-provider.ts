import type { Secret } from "../../../platform/secret.ts";
import type { SamlConnection } from "../connection.ts";
import type { SsoHandles } from "../handles.ts";
import { serviceProvider } from "./service-provider.ts";

/** Where the browser is sent, with our question in the address (HTTP-Redirect binding). */
export async function samlSignInUrl(
  handles: SsoHandles,
  connection: SamlConnection,
  { requestId, state }: { readonly requestId: string; readonly state: Secret<string> },
): Promise<string> {
  return serviceProvider(handles, connection, requestId).getAuthorizeUrlAsync(state.reveal(), undefined, {});
}
