import { z } from "zod";
import { byId, done, id, instant, language, role } from "./basics.ts";
import type { Route } from "./route.ts";
import { confirmed, email, enrolment, newPassword, personName, sessionState } from "./session.ts";

export const member = z.object({
  id,
  name: z.string(),
  /** Null for those who may not read it. */
  email: z.string().nullable(),
  role,
  state: z.enum(["active", "deactivated"]),
  teamIds: z.array(id),
  createdAt: instant,
  lastSeenAt: instant.nullable(),
});
export type Member = z.output<typeof member>;

export const invitation = z.object({
  id,
  name: z.string(),
  role,
  teamIds: z.array(id),
  invitedBy: id,
  createdAt: instant,
  expiresAt: instant,
  /** Who alone may accept, and where the link went if mail goes out here; null for a link that names nobody. */
  email: z.string().nullable(),
});
export type Invitation = z.output<typeof invitation>;

const invitationToken = z.string().min(20).max(100);

export const memberRoutes = {
  listMembers: {
    method: "GET",
    path: "/members",
    summary: "The people of the workspace",
    ok: z.object({ members: z.array(member) }),
  },
  changeMemberRole: {
    method: "PATCH",
    path: "/members/:id",
    summary: "Give a member another role; never one's own, never above one's own",
    params: byId,
    body: z.strictObject({ role }),
    ok: member,
  },
  deactivateMember: {
    method: "POST",
    path: "/members/:id/deactivate",
    summary: "Suspend a member: every session ends at once, and their chats become unassigned",
    params: byId,
    ok: member,
  },
  reactivateMember: {
    method: "POST",
    path: "/members/:id/reactivate",
    summary: "Let a suspended member sign in again, with the role and the teams they had",
    params: byId,
    ok: member,
  },
  askNewPassword: {
    method: "POST",
    path: "/members/:id/new-password",
    summary: "Ask a member for a new password: their sessions end, and the next one begins with choosing it",
    params: byId,
    ok: done,
  },
  listInvitations: {
    method: "GET",
    path: "/invitations",
    summary: "Invitations that wait",
    ok: z.object({ invitations: z.array(invitation) }),
  },
  invite: {
    method: "POST",
    path: "/invitations",
    summary:
      "Invite a member, once and for 72 hours: by mail, or by a link to copy while no mail goes out here",
    body: z.strictObject({
      name: personName,
      role,
      email: email.optional(),
      teamIds: z.array(id).max(200).optional(),
    }),
    /** Null where the link went by mail: then nobody but the invited person has it. */
    ok: z.object({ invitation, link: z.url().nullable() }),
  },
  resendInvitation: {
    method: "POST",
    path: "/invitations/:id/resend",
    summary: "Mail an invitation again, with a new link, for another 72 hours",
    params: byId,
    ok: done,
  },
  revokeInvitation: {
    method: "DELETE",
    path: "/invitations/:id",
    summary: "Withdraw an invitation",
    params: byId,
    ok: done,
  },

  openInvitation: {
    method: "POST",
    path: "/invitations/open",
    summary: "What an invitation offers; the token is in the link",
    body: z.strictObject({ token: invitationToken }),
    ok: z.object({
      workspaceName: z.string(),
      name: z.string(),
      role,
      expiresAt: instant,
      /** The address that alone may accept; null where the link was carried by hand. */
      email: z.string().nullable(),
      /** Company accounts by which it can be accepted. */
      companyAccounts: z.array(z.object({ id, label: z.string() })),
      /** It can be accepted by one of these only. */
      companyOnly: z.boolean(),
    }),
  },
  startInvited: {
    method: "POST",
    path: "/invitations/company-account",
    summary: "Begin to accept an invitation with a company account; answers where the browser goes",
    body: z.strictObject({ token: invitationToken, connectionId: id, language }),
    ok: z.object({ location: z.string() }),
  },
  enrolInvited: {
    method: "POST",
    path: "/invitations/enrolment",
    summary: "A second factor for the invited person",
    body: z.strictObject({ token: invitationToken, email }),
    ok: enrolment,
  },
  acceptInvitation: {
    method: "POST",
    path: "/invitations/accept",
    summary: "Become a member, and sign in",
    body: confirmed({
      token: invitationToken,
      name: personName,
      email,
      password: newPassword,
      language,
    }),
    ok: sessionState,
  },
} as const satisfies Record<string, Route>;
