import { Button, Modal } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Member } from "../../../contract/members.ts";
import { api } from "../api/client.ts";
import { useMe } from "../api/me.ts";
import { membersQuery } from "../api/queries.ts";
import { Callout, ProblemCallout } from "../pieces/callout.tsx";
import { Form, FormActions } from "../pieces/form.tsx";
import { useText } from "../texts/text-context.tsx";
import { RoleChoice } from "./role-choice.tsx";
import { rolesUpTo } from "./roles.ts";

export interface RoleDialogProps {
  readonly member: Member;
  readonly opened: boolean;
  readonly onClose: () => void;
}

export function RoleDialog({ member, opened, onClose }: RoleDialogProps) {
  const { t } = useText();
  return (
    <Modal opened={opened} onClose={onClose} title={t("members.roleOf", { name: member.name })} size={480}>
      <RoleForm member={member} onClose={onClose} />
    </Modal>
  );
}

function RoleForm({ member, onClose }: Omit<RoleDialogProps, "opened">) {
  const { t } = useText();
  const me = useMe();
  const queryClient = useQueryClient();
  const [role, setRole] = useState(member.role);
  const change = useMutation({
    mutationFn: () => api.changeMemberRole({ params: { id: member.id }, body: { role } }),
    onSuccess: async () => {
      await queryClient.invalidateQueries(membersQuery);
      onClose();
    },
  });
  return (
    <Form onSubmit={() => change.mutate()}>
      <RoleChoice roles={rolesUpTo(me.role)} value={role} onChange={setRole} />
      <Callout>{t("members.roleEnds", { name: member.name })}</Callout>
      <ProblemCallout error={change.error} />
      <FormActions>
        <Button variant="subtle" onClick={onClose}>
          {t("common.cancel")}
        </Button>
        <Button type="submit" loading={change.isPending} disabled={role === member.role}>
          {t("members.changeRole")}
        </Button>
      </FormActions>
    </Form>
  );
}
