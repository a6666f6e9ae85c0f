import { Button, Modal, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Role } from "../../../contract/basics.ts";
import { email as emailShape } from "../../../contract/session.ts";
import { api } from "../api/client.ts";
import { useMe } from "../api/me.ts";
import { invitationsQuery } from "../api/queries.ts";
import { Callout, ProblemCallout } from "../pieces/callout.tsx";
import { CopyBox, CopyField } from "../pieces/copy-field.tsx";
import { Form, FormActions } from "../pieces/form.tsx";
import { recoveryQuery } from "../recovery/recovery-queries.ts";
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
  const byMail = useQuery(recoveryQuery).data?.byMail === true;
  const [email, setEmail] = useState("");
  const [tried, setTried] = useState(false);
  const isEmail = emailShape.safeParse(email.trim()).success;
  const to = byMail ? { email: email.trim() } : {};
  const teams = useOfferedTeams();
  const [chosen, setChosen] = useState<ReadonlySet<string>>();
  // A Team Lead of one team means that one.
  const into =
    chosen ??
    new Set(teams.length === 1 && !me.permissions.includes("member.manage_all") ? [teams[0]?.id ?? ""] : []);
  const invite = useMutation({
    mutationFn: () => api.invite({ body: { name: name.trim(), role, teamIds: [...into], ...to } }),
    onSuccess: () => queryClient.invalidateQueries(invitationsQuery),
  });
  if (invite.data !== undefined && invite.data.link === null) {
    return (
      <Form onSubmit={onClose}>
        <Callout tone="ok" title={t("recovery.invitedTitle", { email: invite.data.invitation.email ?? "" })}>
          {t("recovery.invitedWords")}
        </Callout>
        <FormActions>
          <Button type="submit">{t("common.done")}</Button>
        </FormActions>
      </Form>
    );
  }
  if (invite.data !== undefined) {
    return (
      <Form onSubmit={onClose}>
        <Callout tone="ok" title={t("members.linkTitle", { name: invite.data.invitation.name })}>
          {t("members.linkWords")}
        </Callout>
        <CopyBox>
          <CopyField label={t("members.link")} value={invite.data.link ?? ""} />
        </CopyBox>
        <FormActions>
          <Button type="submit">{t("common.done")}</Button>
        </FormActions>
      </Form>
    );
  }
  const submit = () => {
    setTried(true);
    if (isEmail || !byMail) invite.mutate();
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
      {byMail ? (
        <TextInput
          label={t("recovery.inviteEmail")}
          description={t("recovery.inviteEmailHint")}
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          error={tried && !isEmail ? t("setup.faultEmail") : undefined}
          type="email"
          dir="ltr"
          autoComplete="off"
        />
      ) : null}
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
          {byMail ? t("recovery.invite") : t("members.makeLink")}
        </Button>
      </FormActions>
    </Form>
  );
}
