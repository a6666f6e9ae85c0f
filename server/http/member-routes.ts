import { contract } from "../../contract/contract.ts";
import type { Invitation, Member } from "../../contract/members.ts";
import { acceptInvitation, enrolInvited, openInvitation } from "../access/accept-invitation.ts";
import { askMemberForNewPassword } from "../access/ask-new-password.ts";
import {
  changeMemberRole,
  deactivateMember,
  type OnMemberGone,
  reactivateMember,
} from "../access/change-member.ts";
import {
  type InvitationView,
  invite,
  listInvitations,
  resendInvitation,
  revokeInvitation,
} from "../access/invite.ts";
import { getMember, listMembers, type MemberView } from "../access/list-members.ts";
import type { IdentityHandles } from "../identity/handles.ts";
import { Secret } from "../platform/secret.ts";
import type { Api } from "./api.ts";
import { setSessionCookies } from "./cookies.ts";
import { proofOf } from "./factor-routes.ts";
import { enrolmentReply, stateReply } from "./me-reply.ts";

export interface MemberRouteDeps {
  readonly handles: IdentityHandles;
  /** Where the console is reached, without a slash at its end: "https://desk.example.com". */
  readonly publicUrl: string;
  readonly onMemberGone: OnMemberGone;
}

/** The people of a workspace, and how one becomes one of them. */
export function registerMemberRoutes(api: Api, { handles, publicUrl, onMemberGone }: MemberRouteDeps): void {
  api.route(contract.listMembers, { access: "member.list" }, async ({ actor }) => ({
    members: (await listMembers(handles, actor)).map(memberReply),
  }));

  api.route(contract.changeMemberRole, { access: "member.change_role" }, async ({ actor, params, body }) => {
    await changeMemberRole(handles, actor, { memberId: params.id, role: body.role });
    return memberReply(await getMember(handles, actor, params.id));
  });

  api.route(contract.deactivateMember, { access: "member.deactivate" }, async ({ actor, params }) => {
    await deactivateMember(handles, onMemberGone, actor, params.id);
    return memberReply(await getMember(handles, actor, params.id));
  });

  api.route(contract.reactivateMember, { access: "member.reactivate" }, async ({ actor, params }) => {
    await reactivateMember(handles, actor, params.id);
    return memberReply(await getMember(handles, actor, params.id));
  });

  api.route(contract.askNewPassword, { access: "member.ask_new_password" }, async ({ actor, params }) => {
    await askMemberForNewPassword(handles, actor, params.id);
    return {};
  });

  registerInvitationRoutes(api, handles, publicUrl);
}

function registerInvitationRoutes(api: Api, handles: IdentityHandles, publicUrl: string): void {
  api.route(contract.listInvitations, { access: "member.list_invited" }, async ({ actor }) => ({
    invitations: (await listInvitations(handles, actor)).map(invitationReply),
  }));

  api.route(contract.invite, { access: "member.invite" }, async ({ actor, body }) => {
    const { invitation, token, isMailed } = await invite(handles, actor, body);
    // Behind the number sign, where browsers send it to nobody: not to us in a log, not to another site.
    const link = isMailed ? null : `${publicUrl}/invitation#${token.reveal()}`;
    return { invitation: invitationReply(invitation), link };
  });

  api.route(contract.resendInvitation, { access: "member.invite" }, async ({ actor, params }) => {
    await resendInvitation(handles, actor, params.id);
    return {};
  });

  api.route(contract.revokeInvitation, { access: "member.invite" }, async ({ actor, params }) => {
    await revokeInvitation(handles, actor, params.id);
    return {};
  });

  // Public: the token in the link is what opens these.
  api.route(contract.openInvitation, { access: "public" }, async (call) => {
    const offer = await openInvitation(handles, call, call.body.token);
    const companyAccounts = [...offer.companyAccounts];
    return { ...offer, companyAccounts, expiresAt: offer.expiresAt.toISOString() };
  });

  api.route(contract.enrolInvited, { access: "public" }, async (call) =>
    enrolmentReply(await enrolInvited(handles, call, call.body)),
  );

  api.route(contract.acceptInvitation, { access: "public" }, async (call) => {
    const { token: link, name, email, password, language, enrolment } = call.body;
    const person = { name, email, password: new Secret(password), language };
    const started = await acceptInvitation(handles, call, {
      token: link,
      enrolment,
      proof: proofOf(call.body),
      person,
    });
    setSessionCookies(call, started);
    return stateReply(handles, started.actor);
  });
}

export function memberReply(member: MemberView): Member {
  return {
    ...member,
    teamIds: [...member.teamIds],
    createdAt: member.createdAt.toISOString(),
    lastSeenAt: member.lastSeenAt?.toISOString() ?? null,
  };
}

function invitationReply(invitation: InvitationView): Invitation {
  return {
    ...invitation,
    teamIds: [...invitation.teamIds],
    createdAt: invitation.createdAt.toISOString(),
    expiresAt: invitation.expiresAt.toISOString(),
  };
}
