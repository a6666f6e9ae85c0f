import { acceptInvitation, enrolInvited } from "../../server/access/accept-invitation.ts";
import { invite } from "../../server/access/invite.ts";
import type { Actor } from "../../server/identity/actor.ts";
import { findActor } from "../../server/identity/find-actor.ts";
import type { IdentityHandles } from "../../server/identity/handles.ts";
import { proveFactor } from "../../server/identity/prove-factor.ts";
import { randomCode } from "../../server/identity/random-code.ts";
import { signIn } from "../../server/identity/sign-in.ts";
import { totpCodeAt } from "../../server/identity/totp.ts";
import { Secret } from "../../server/platform/secret.ts";
import { type SampleMember, TEAM } from "./people.ts";

/** Shown once. */
export interface DemoLogin {
  readonly name: string;
  readonly role: string;
  readonly email: string;
  readonly password: string;
  readonly totpSecret: string;
  readonly recoveryCodes: readonly string[];
}

export interface DemoMember {
  readonly login: DemoLogin;
  readonly actor: Actor;
}

const VISITOR = { address: "127.0.0.1", userAgent: "wardroom start --demo" };

/** An authenticator's previous code: the one that it shows now stays good for the person's own first sign-in. */
const CODE_AGE_MS = 30_000;

/** 100 random bits in groups that a person can type. */
export function newPassword(): string {
  return randomCode(4, 5).reveal();
}

/** Signs the Owner in with both factors, as a person would. */
export async function signInOwner(
  handles: IdentityHandles,
  login: { readonly email: string; readonly password: string; readonly totpSecret: string },
): Promise<Actor> {
  const { token } = await signIn(handles, VISITOR, {
    email: login.email,
    password: new Secret(login.password),
  });
  const halfway = await findActor(handles, token.reveal(), handles.clock());
  if (halfway === undefined) throw new Error("the Owner of the sample business could not sign in");
  const totp = codeOf(handles, new Secret(login.totpSecret));
  return (await proveFactor(handles, halfway, VISITOR, { totp })).actor;
}

/** Invites the team and accepts for them. */
export async function seedTeam(handles: IdentityHandles, owner: Actor): Promise<DemoMember[]> {
  const members: DemoMember[] = [];
  for (const sample of TEAM) members.push(await joinTeam(handles, owner, sample));
  return members;
}

async function joinTeam(handles: IdentityHandles, owner: Actor, sample: SampleMember): Promise<DemoMember> {
  const { name, email, role, language } = sample;
  const invited = await invite(handles, owner, { name, role });
  const token = invited.token.reveal();
  const enrolled = await enrolInvited(handles, VISITOR, { token, email });
  const password = newPassword();
  const { actor } = await acceptInvitation(handles, VISITOR, {
    token,
    person: { name, email, language, password: new Secret(password) },
    enrolment: enrolled.enrolment,
    proof: { totp: codeOf(handles, enrolled.secret) },
  });
  const totpSecret = enrolled.secret.reveal();
  const recoveryCodes = enrolled.recoveryCodes.reveal();
  return { actor, login: { name, role, email, password, totpSecret, recoveryCodes } };
}

function codeOf(handles: IdentityHandles, secret: Secret<string>): string {
  return totpCodeAt(secret, new Date(handles.clock().getTime() - CODE_AGE_MS));
}
