import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useText } from "../../texts/text-context.tsx";
import { useEndReached } from "../list/use-end-reached.ts";
import css from "./thread.module.css";
import { loadOlder } from "./thread-query.ts";

/** Reads on as soon as the top comes near; after a failure only when asked. */
export function OlderMessages(props: { readonly conversationId: string; readonly more: boolean }) {
  const { t } = useText();
  const client = useQueryClient();
  const older = useMutation({ mutationFn: () => loadOlder(client, props.conversationId) });
  const top = useEndReached(() => {
    if (!older.isPending && !older.isError) older.mutate();
  });
  if (!props.more) return <div className={css.begin}>{t("thread.begin")}</div>;
  return (
    <div className={css.older}>
      {older.isError ? (
        <>
          {t("thread.olderFailed")}
          <Button variant="default" size="xs" onClick={() => older.mutate()}>
            {t("common.retry")}
          </Button>
        </>
      ) : (
        <span ref={top} role="status">
          {older.isPending ? t("common.loading") : ""}
        </span>
      )}
    </div>
  );
}
