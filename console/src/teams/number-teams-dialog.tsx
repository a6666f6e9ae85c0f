import { Button, Modal, NativeSelect } from "@mantine/core";
import { useState } from "react";
import type { PhoneNumber } from "../../../contract/numbers.ts";
import type { NumberTeams, Team } from "../../../contract/teams.ts";
import { api } from "../api/client.ts";
import { Callout, ProblemCallout } from "../pieces/callout.tsx";
import { Form, FormActions } from "../pieces/form.tsx";
import { useText } from "../texts/text-context.tsx";
import { TeamChoice } from "./team-choice.tsx";
import { useTeamAct } from "./teams-query.ts";

export interface NumberTeamsDialogProps {
  readonly number: PhoneNumber;
  readonly teams: readonly Team[];
  /** How it stands; undefined: everybody's. */
  readonly now: NumberTeams | undefined;
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Which teams see a number, and whose its new chats are. */
export function NumberTeamsDialog(props: NumberTeamsDialogProps) {
  const { t } = useText();
  const title = t("teams.ofNumber", { name: props.number.verifiedName });
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={title} size={460}>
      <NumberTeamsForm {...props} />
    </Modal>
  );
}

function NumberTeamsForm({ number, teams, now, onClose }: NumberTeamsDialogProps) {
  const { t } = useText();
  const [seenBy, setSeenBy] = useState<ReadonlySet<string>>(new Set(now?.teamIds));
  const [ownTeam, setOwnTeam] = useState(now?.defaultTeamId ?? "");
  const offered = teams.filter(({ id }) => seenBy.size === 0 || seenBy.has(id));
  const chosen = offered.some(({ id }) => id === ownTeam) ? ownTeam : "";
  const save = useTeamAct(
    () =>
      api.setNumberTeams({
        params: { id: number.id },
        body: { teamIds: [...seenBy], defaultTeamId: chosen === "" ? null : chosen },
      }),
    onClose,
  );
  return (
    <Form onSubmit={() => save.mutate(undefined)}>
      <TeamChoice title={t("teams.seenBy")} teams={teams} value={seenBy} onChange={setSeenBy} />
      <Callout>{t(seenBy.size === 0 ? "teams.seenByAll" : "teams.seenBySome")}</Callout>
      <NativeSelect
        label={t("teams.newChats")}
        value={chosen}
        onChange={({ currentTarget }) => setOwnTeam(currentTarget.value)}
        data={[
          { value: "", label: seenBy.size === 0 ? t("teams.everybody") : t("teams.choose") },
          ...offered.map(({ id, name }) => ({ value: id, label: name })),
        ]}
      />
      <ProblemCallout error={save.error} />
      <FormActions>
        <Button variant="subtle" onClick={onClose}>
          {t("common.cancel")}
        </Button>
        <Button type="submit" loading={save.isPending} disabled={seenBy.size > 0 && chosen === ""}>
          {t("common.save")}
        </Button>
      </FormActions>
    </Form>
  );
}
