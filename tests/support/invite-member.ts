import type { Wardroom } from "../../server/compose.ts";
import type { Role } from "../../server/identity/actor.ts";
import { openSession, type TestSession, totpCode } from "./test-session.ts";

export interface NewMember {
  readonly name: string;
  readonly role: Role;
  readonly email: string;
  readonly now?: Date;
}

export interface InvitedMember {
  readonly memberId: string;
  readonly totpSecret: string;
  /** Signed in with both factors. */
  readonly session: TestSession;
}

export const MEMBER_PASSWORD = "another long password";

/** Makes a member as people do: an invitation, its link opened in another browser, a password and a second factor. */
export async function inviteMember(
  wardroom: Wardroom,
  inviter: TestSession,
  { name, role, email, now = new Date() }: NewMember,
): Promise<InvitedMember> {
  const { link } = await inviter.post("/invitations", { name, role });
  const token = new URL(link).hash.slice(1);
  const session = openSession(wardroom);
  await session.post("/invitations/open", { token });
  const { enrolment, secret } = await session.post("/invitations/enrolment", { token, email });
  const { memberId } = await session.post("/invitations/accept", {
    ...{ token, email, name, password: MEMBER_PASSWORD, language: "en" },
    ...{ enrolment, totp: totpCode(secret, now) },
  });
  return { memberId, totpSecret: secret, session };
}
