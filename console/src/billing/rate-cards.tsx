import { ActionIcon, Button } from "@mantine/core";
import { IconTrash, IconUpload } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { RateCard } from "../../../contract/billing.ts";
import { api } from "../api/client.ts";
import { ProblemCallout } from "../pieces/callout.tsx";
import { Card, Section } from "../pieces/page.tsx";
import { useFormats, useText } from "../texts/text-context.tsx";
import css from "./billing.module.css";
import { BILLING_KEY } from "./billing-query.ts";
import { RateCardDialog } from "./rate-card-dialog.tsx";

/** The cards that estimates are made by, the newest first. */
export function RateCards({ cards }: { readonly cards: readonly RateCard[] }) {
  const { t } = useText();
  const formats = useFormats();
  const queryClient = useQueryClient();
  const [uploading, setUploading] = useState(false);
  const remove = useMutation({
    mutationFn: (id: string) => api.removeRateCard({ params: { id } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: BILLING_KEY }),
  });
  const day = (validFrom: string) => formats.date(`${validFrom}T12:00:00Z`);
  return (
    <Section
      title={t("billing.cards")}
      aside={
        <Button
          variant="default"
          leftSection={<IconUpload size={16} stroke={1.6} />}
          onClick={() => setUploading(true)}
        >
          {t("billing.upload")}
        </Button>
      }
    >
      <Card>
        <p className={css.cardsHint}>{t("billing.cardsHint")}</p>
        <ProblemCallout error={remove.error} />
        <ul>
          {cards.map(({ id, validFrom, currency, countries }) => (
            <li key={id} className={css.card}>
              <span className={css.cardWords}>
                <b>{t("billing.from", { day: day(validFrom) })}</b>
                <span className={css.hint}>{t("billing.cardOf", { currency, countries })}</span>
              </span>
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={t("billing.removeCard", { day: day(validFrom) })}
                loading={remove.isPending && remove.variables === id}
                onClick={() => remove.mutate(id)}
              >
                <IconTrash size={16} stroke={1.6} />
              </ActionIcon>
            </li>
          ))}
        </ul>
      </Card>
      <RateCardDialog opened={uploading} onClose={() => setUploading(false)} />
    </Section>
  );
}
