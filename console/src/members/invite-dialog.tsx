import { Button, Modal, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Role } from "../../../contract/basics.ts";
import type { Contract } from "../../../contract/contract.ts";
import { type Answer, api } from "../api/client.ts";
import { useMe } from "../api/me.ts";
import { invitationsQuery } from "../api/queries.ts";
import { Callout, ProblemCallout } from "../pieces/callout.tsx";
import { CopyBox, CopyField } from "../pieces/copy-field.tsx";
import { Form, FormActions } from "../pieces/form.tsx";
import { Ltr } from "../pieces/ltr.tsx";
import { useInvitedEmail } from "../recovery/invited-email.tsx";
import { TeamChoice } from "../teams/team-choice.tsx";
import { useOfferedTeams } from "../teams/use-offered-teams.ts";
import { useText } from "../texts/text-context.tsx";
import { RoleChoice } from "./role-choice.tsx";
import { rolesToInvite } from "./roles.ts";

export interface InviteDialogProps {
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** A name and a role become a link, which is shown once and which the inviting person carries over. */
export function InviteDialog({ opened, onClose }: InviteDialogProps) {
  const { t } = useText();
  return (
    <Modal opened={opened} onClose={onClose} title={t("members.inviteTitle")} size={480}>
      <InviteForm onClose={onClose} />
    </Modal>
  );
}

function InviteForm({ onClose }: { readonly onClose: () => void }) {
  const { t } = useText();
  const me = useMe();
  const queryClient = useQueryClient();
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("agent");
  const invited = useInvitedEmail();
  const teams = useOfferedTeams();
  const [chosen, setChosen] = useState<ReadonlySet<string>>();
  // A Team Lead of one team means that one.
  const into =
    chosen ??
    new Set(teams.length === 1 && !me.permissions.includes("member.manage_all") ? [teams[0]?.id ?? ""] : []);
  const invite = useMutation({
    mutationFn: () => api.invite({ body: { name: name.trim(), role, teamIds: [...into], ...invited.body } }),
    onSuccess: () => queryClient.invalidateQueries(invitationsQuery),
  });
  if (invite.data !== undefined) return <Invited {...invite.data} onClose={onClose} />;
  const submit = () => {
    if (invited.check()) invite.mutate();
  };
  return (
    <Form onSubmit={submit}>
      <TextInput
        label={t("members.name")}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        dir="auto"
        maxLength={80}
        autoComplete="off"
        data-autofocus
      />
      {invited.field}
      <RoleChoice roles={rolesToInvite(me)} value={role} onChange={setRole} />
      {teams.length === 0 ? null : (
        <TeamChoice title={t("teams.choice")} teams={teams} value={into} onChange={setChosen} />
      )}
      <ProblemCallout error={invite.error} />
      <FormActions>
        <Button variant="subtle" onClick={onClose}>
          {t("common.cancel")}
        </Button>
        <Button type="submit" loading={invite.isPending} disabled={name.trim() === ""}>
          {invited.byMail ? t("recovery.invite") : t("members.makeLink")}
        </Button>
      </FormActions>
    </Form>
  );
}

/** What came of it: word that it is on its way, or the link to carry over. */
function Invited({
  invitation,
  link,
  onClose,
}: Answer<Contract["invite"]> & { readonly onClose: () => void }) {
  const { t, rich } = useText();
  return (
    <Form onSubmit={onClose}>
      {link === null ? (
        <Callout tone="ok" title={t("recovery.invitedTitle", { email: invitation.email ?? "" })}>
          {t("recovery.invitedWords")}
        </Callout>
      ) : (
        <>
          <Callout tone="ok" title={t("members.linkTitle", { name: invitation.name })}>
            {t("members.linkWords")}
            {invitation.email === null ? null : (
              <> {rich("recovery.linkOfAddress", { email: <Ltr>{invitation.email}</Ltr> })}</>
            )}
          </Callout>
          <CopyBox>
            <CopyField label={t("members.link")} value={link} />
          </CopyBox>
        </>
      )}
      <FormActions>
        <Button type="submit">{t("common.done")}</Button>
      </FormActions>
    </Form>
  );
}
