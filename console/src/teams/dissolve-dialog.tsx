import { NativeSelect } from "@mantine/core";
import { useState } from "react";
import type { Team } from "../../../contract/teams.ts";
import { api } from "../api/client.ts";
import { ConfirmDialog } from "../pieces/confirm-dialog.tsx";
import { useText } from "../texts/text-context.tsx";
import { useTeamAct, useTeams } from "./teams-query.ts";

export interface DissolveDialogProps {
  readonly team: Team;
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Ends a team: says where its chats go, because no customer waits for nobody. */
export function DissolveDialog({ team, opened, onClose }: DissolveDialogProps) {
  const { t } = useText();
  const others = useTeams().filter(({ id }) => id !== team.id);
  const [into, setInto] = useState("");
  const dissolve = useTeamAct(
    () => api.dissolveTeam({ params: { id: team.id }, body: { into: into === "" ? null : into } }),
    onClose,
  );
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title={t("teams.dissolveTitle", { name: team.name })}
      action={t("teams.dissolve")}
      destructive
      busy={dissolve.isPending}
      error={dissolve.error}
      onConfirm={() => dissolve.mutate(undefined)}
    >
      <ul>
        <li>{t("teams.dissolveMembers")}</li>
        <li>{t("teams.dissolveChats")}</li>
      </ul>
      <NativeSelect
        mt="md"
        label={t("teams.dissolveInto")}
        value={into}
        onChange={({ currentTarget }) => setInto(currentTarget.value)}
        data={[
          { value: "", label: t("teams.everybody") },
          ...others.map(({ id, name }) => ({ value: id, label: name })),
        ]}
      />
    </ConfirmDialog>
  );
}
