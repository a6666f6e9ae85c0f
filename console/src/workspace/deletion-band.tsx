import { Button } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../api/client.ts";
import { useMay, useMe } from "../api/me.ts";
import { ConfirmDialog } from "../pieces/confirm-dialog.tsx";
import { useFormats, useText } from "../texts/text-context.tsx";
import css from "./deletion-band.module.css";
import { deletionQuery } from "./deletion-query.ts";

/** Above every page of every Owner while a deletion waits: when it is, who asked, and how to keep the workspace. */
export function DeletionBand() {
  const may = useMay()("workspace.cancel_deletion");
  const { data } = useQuery({ ...deletionQuery, enabled: may });
  if (!may || data === undefined || data.deletion === null) return null;
  return <Band deletion={data.deletion} />;
}

function Band({
  deletion,
}: {
  readonly deletion: NonNullable<Awaited<ReturnType<typeof api.getDeletion>>["deletion"]>;
}) {
  const { t } = useText();
  const formats = useFormats();
  const { name } = useMe().workspace;
  const queryClient = useQueryClient();
  const [asking, setAsking] = useState(false);
  const cancel = useMutation({
    mutationFn: () => api.cancelDeletion(),
    onSuccess: async () => {
      setAsking(false);
      await queryClient.invalidateQueries(deletionQuery);
    },
  });
  const waits = deletion.state === "waiting";
  return (
    <div className={css.band} role="alert">
      <IconAlertTriangle size={16} stroke={1.8} aria-hidden="true" />
      <span className={css.words}>
        <b>
          {waits
            ? t("workspace.bandWaiting", { name, date: formats.dateTime(deletion.dueAt) })
            : t("workspace.bandRunning", { name })}
        </b>{" "}
        {deletion.requestedBy === null ? null : t("workspace.bandBy", { name: deletion.requestedBy })}
      </span>
      {waits ? (
        <Button size="xs" variant="default" onClick={() => setAsking(true)}>
          {t("workspace.keep")}
        </Button>
      ) : null}
      <ConfirmDialog
        opened={asking}
        onClose={() => setAsking(false)}
        title={t("workspace.keepTitle", { name })}
        action={t("workspace.keep")}
        busy={cancel.isPending}
        error={cancel.error}
        onConfirm={() => cancel.mutate()}
      >
        <p>{t("workspace.keepWords")}</p>
      </ConfirmDialog>
    </div>
  );
}
