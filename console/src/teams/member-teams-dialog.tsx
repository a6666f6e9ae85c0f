import { Button, Modal } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Member } from "../../../contract/members.ts";
import { api } from "../api/client.ts";
import { useMay, useMe } from "../api/me.ts";
import { Callout, ProblemCallout } from "../pieces/callout.tsx";
import { Form, FormActions } from "../pieces/form.tsx";
import { useText } from "../texts/text-context.tsx";
import { TeamChoice } from "./team-choice.tsx";
import { teamsQuery, useTeams } from "./teams-query.ts";

export interface MemberTeamsDialogProps {
  readonly member: Member;
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Which teams a member is in; a Team Lead ticks their own only. */
export function MemberTeamsDialog({ member, opened, onClose }: MemberTeamsDialogProps) {
  const { t } = useText();
  return (
    <Modal opened={opened} onClose={onClose} title={t("teams.ofMember", { name: member.name })} size={420}>
      <MemberTeamsForm member={member} onClose={onClose} />
    </Modal>
  );
}

function MemberTeamsForm({ member, onClose }: Omit<MemberTeamsDialogProps, "opened">) {
  const { t } = useText();
  const me = useMe();
  const may = useMay();
  const client = useQueryClient();
  const teams = useTeams();
  const before: ReadonlySet<string> = new Set(member.teamIds);
  const [wanted, setWanted] = useState(before);
  const change = useMutation({
    mutationFn: () => api.changeMemberTeams({ params: { id: member.id }, body: { teamIds: [...wanted] } }),
    onSuccess: async () => {
      await Promise.all([
        client.invalidateQueries({ queryKey: ["members"] }),
        client.invalidateQueries(teamsQuery),
      ]);
      onClose();
    },
  });
  const leaves = before.difference(wanted).size > 0;
  return (
    <Form onSubmit={() => change.mutate()}>
      <TeamChoice
        title={t("teams.title")}
        teams={teams}
        value={wanted}
        onChange={setWanted}
        isFixed={({ memberIds }) => !may("member.manage_all") && !memberIds.includes(me.memberId)}
      />
      {leaves ? <Callout>{t("teams.leaveWords", { name: member.name })}</Callout> : null}
      <ProblemCallout error={change.error} />
      <FormActions>
        <Button variant="subtle" onClick={onClose}>
          {t("common.cancel")}
        </Button>
        <Button
          type="submit"
          loading={change.isPending}
          disabled={wanted.symmetricDifference(before).size === 0}
        >
          {t("common.save")}
        </Button>
      </FormActions>
    </Form>
  );
}
