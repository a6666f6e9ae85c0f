import { acceptInvitation, enrolInvited } from "../../server/access/accept-invitation.ts";
import { invite } from "../../server/access/invite.ts";
import type { Actor, Role } from "../../server/identity/actor.ts";
import { findActor } from "../../server/identity/find-actor.ts";
import type { IdentityHandles } from "../../server/identity/handles.ts";
import { totpCodeAt } from "../../server/identity/totp.ts";
import { type MailSender, sendQueued } from "../../server/mail/send-queued.ts";
import { openMailer } from "../../server/mail/smtp.ts";
import type { Secret } from "../../server/platform/secret.ts";
import {
  type IdentityHouse,
  identityHouse,
  makeOwner,
  OWNER,
  signInFully,
  VISITOR,
} from "./identity-house.ts";
import { openPostOffice, type ReceivedMail } from "./post-office.ts";

/** Somebody with a session, and what they sign in with. */
export interface Housemate {
  readonly actor: Actor;
  readonly email: string;
  readonly totpSecret: Secret<string>;
}

/** People over a real database, with a real mail server: everything queued is delivered when it is asked for. */
export interface RecoveryHouse extends AsyncDisposable {
  readonly house: IdentityHouse;
  readonly handles: IdentityHandles;
  readonly owner: Housemate;
  /** The next code of somebody's authenticator; the clock moves on, because each counts once. */
  code(of: Pick<Housemate, "totpSecret">): string;
  join(role: Role, email: string): Promise<Housemate>;
  /** Delivers all that waits, and takes the oldest mail to this address. */
  mailTo(email: string): Promise<ReceivedMail>;
  /** How many mails this address has got in all. */
  countTo(email: string): Promise<number>;
  isSignedIn(token: Secret<string>): Promise<boolean>;
}

export async function recoveryHouse(): Promise<RecoveryHouse> {
  await using opened = new AsyncDisposableStack();
  const house = opened.use(await identityHouse());
  const office = opened.use(await openPostOffice());
  const mailer = opened.use(
    openMailer({
      ...{ host: "127.0.0.1", port: office.port, isImplicitTls: false, login: undefined },
      from: "noreply@desk.example.com",
    }),
  );
  const handles: IdentityHandles = { ...house.handles, mail: { publicUrl: "https://desk.example.com" } };
  const db = handles.db as unknown as MailSender["db"];
  const { vault, audit } = handles;
  const sender = { db, vault, audit, mailer, clock: house.now, host: "desk.example.com" };
  const deliver = () => sendQueued(sender, new AbortController().signal);
  const code = ({ totpSecret }: Pick<Housemate, "totpSecret">) => {
    house.pass(30);
    return totpCodeAt(totpSecret, house.now());
  };
  const made = await makeOwner(house);
  const { actor } = await signInFully(house, { email: OWNER.email, ...made });
  const owner = { actor, email: OWNER.email, totpSecret: made.totpSecret };
  const rest = opened.move();
  return {
    ...{ house, handles, owner, code },
    async join(role, email) {
      // Without mail, as an inviter who carries the link: what is mailed is for the tests themselves.
      const { token } = await invite(
        house.handles,
        { ...owner.actor, factorAt: house.now() },
        { name: email, role },
      );
      return acceptAs(house, token.reveal(), email);
    },
    async mailTo(email) {
      await deliver();
      return office.next(email, 1_000);
    },
    async countTo(email) {
      await deliver();
      return office.mails.filter(({ to }) => to === email).length;
    },
    isSignedIn: async (token) => (await findActor(handles, token.reveal(), house.now())) !== undefined,
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  };
}

export async function acceptAs(house: IdentityHouse, token: string, email: string): Promise<Housemate> {
  const enrolment = await enrolInvited(house.handles, VISITOR, { token, email });
  const { actor } = await acceptInvitation(house.handles, VISITOR, {
    ...{ token, enrolment: enrolment.enrolment, person: { ...OWNER, name: `Name of ${email}`, email } },
    proof: { totp: totpCodeAt(enrolment.secret, house.now()) },
  });
  return { actor, email, totpSecret: enrolment.secret };
}
