import { Button, Modal, TextInput } from "@mantine/core";
import { useState } from "react";
import type { Team } from "../../../contract/teams.ts";
import { api } from "../api/client.ts";
import { ProblemCallout } from "../pieces/callout.tsx";
import { Form, FormActions } from "../pieces/form.tsx";
import { useText } from "../texts/text-context.tsx";
import { useTeamAct } from "./teams-query.ts";

export interface TeamNameDialogProps {
  /** Undefined: a new one. */
  readonly team?: Team;
  readonly opened: boolean;
  readonly onClose: () => void;
}

export function TeamNameDialog({ team, opened, onClose }: TeamNameDialogProps) {
  const { t } = useText();
  const title = t(team === undefined ? "teams.new" : "teams.rename");
  return (
    <Modal opened={opened} onClose={onClose} title={title} size={420}>
      <NameForm {...(team === undefined ? {} : { team })} onClose={onClose} />
    </Modal>
  );
}

function NameForm({ team, onClose }: Omit<TeamNameDialogProps, "opened">) {
  const { t } = useText();
  const [name, setName] = useState(team?.name ?? "");
  const given = { body: { name: name.trim() } };
  const save = useTeamAct(
    () =>
      team === undefined ? api.createTeam(given) : api.renameTeam({ params: { id: team.id }, ...given }),
    onClose,
  );
  return (
    <Form onSubmit={() => save.mutate(undefined)}>
      <TextInput
        label={t("teams.name")}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        dir="auto"
        maxLength={60}
        autoComplete="off"
        data-autofocus
      />
      <ProblemCallout error={save.error} />
      <FormActions>
        <Button variant="subtle" onClick={onClose}>
          {t("common.cancel")}
        </Button>
        <Button
          type="submit"
          loading={save.isPending}
          disabled={name.trim() === "" || name.trim() === team?.name}
        >
          {t(team === undefined ? "teams.create" : "common.save")}
        </Button>
      </FormActions>
    </Form>
  );
}
