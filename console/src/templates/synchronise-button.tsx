import { Button } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "../api/client.ts";
import { useMay } from "../api/me.ts";
import { templatesQuery } from "../api/queries.ts";
import { ProblemCallout } from "../pieces/callout.tsx";
import { useNow } from "../pieces/use-now.ts";
import { useFormats, useText } from "../texts/text-context.tsx";
import css from "./synchronise-button.module.css";

/** Reads the templates from Meta now; beside it, how old the reading is. */
export function SynchroniseButton({ numberId }: { readonly numberId: string }) {
  const { t } = useText();
  const formats = useFormats();
  const now = useNow();
  const may = useMay();
  const queryClient = useQueryClient();
  const query = templatesQuery(numberId);
  const readAt = useQuery(query).data?.synchronisedAt;
  const synchronise = useMutation({
    mutationFn: () => api.synchroniseTemplates({ params: { id: numberId } }),
    onSuccess: (read) => queryClient.setQueryData(query.queryKey, read),
  });
  return (
    <div className={css.block}>
      <div className={css.row}>
        {typeof readAt === "string" ? (
          <span className={css.age} aria-live="polite">
            {t("templates.read", { ago: formats.ago(readAt, now) })}
          </span>
        ) : null}
        {may("template.synchronise") ? (
          <Button
            variant="default"
            leftSection={<IconRefresh size={16} stroke={1.6} />}
            loading={synchronise.isPending}
            onClick={() => synchronise.mutate()}
          >
            {t("templates.synchronise")}
          </Button>
        ) : null}
      </div>
      <ProblemCallout error={synchronise.error} />
    </div>
  );
}
