import type { IdentityHandles, Visitor } from "../handles.ts";
import { findAddress } from "../mail-person.ts";
import { lockEmailChange } from "./email-change.ts";
import type { LinkPurpose } from "./tables.ts";
import { withLink } from "./use-link.ts";

/** What a page shows of a link before anything is done with it. */
export interface LinkDescription {
  readonly purpose: LinkPurpose;
  /** Whose account it is; of a change, the new address for the page that confirms it and the earlier one else. */
  readonly email: string;
  readonly expiresAt: Date;
}

const ALL: readonly LinkPurpose[] = [
  ...(["password_reset", "email_confirm", "email_stop", "factor_reset_cancel", "owner_recovery"] as const),
];

/** Looking changes nothing: programs that check mails open links, and a person then presses the button. */
export async function describeLink(
  handles: IdentityHandles,
  visitor: Visitor,
  token: string,
): Promise<LinkDescription> {
  return withLink(handles, visitor, { token, purposes: ALL }, async ({ tx, installation, link }) => {
    const { purpose, expiresAt, aboutId } = link;
    const change =
      aboutId !== null && (purpose === "email_confirm" || purpose === "email_stop")
        ? await lockEmailChange(tx, installation, aboutId)
        : undefined;
    if (change !== undefined)
      return { purpose, expiresAt, email: purpose === "email_confirm" ? change.after : change.before };
    const address = await findAddress(tx, installation, link.personId);
    return { purpose, expiresAt, email: address?.email ?? "" };
  });
}
