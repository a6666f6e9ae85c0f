import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { Billing } from "../../../contract/billing.ts";
import { api } from "../api/client.ts";
import { Callout, ProblemCallout } from "../pieces/callout.tsx";
import { Setting } from "../profile/setting.tsx";
import { useText } from "../texts/text-context.tsx";
import css from "./billing.module.css";
import { BILLING_KEY } from "./billing-query.ts";
import { useMoney } from "./use-money.ts";

const THRESHOLDS = [50, 75, 80, 90, 100];

/** What a month may cost before the Owners are told. */
export function BudgetSetting({ budget }: { readonly budget: Billing["budget"] }) {
  const { t } = useText();
  const money = useMoney();
  const queryClient = useQueryClient();
  const [amount, setAmount] = useState(budget === null ? "" : String(budget.amountMillionths / 1e6));
  const [currency, setCurrency] = useState(budget?.currency ?? "USD");
  const [percent, setPercent] = useState(budget?.thresholdPercent ?? 80);
  const change = useMutation({
    mutationFn: (next: Parameters<typeof api.changeBudget>[0]["body"]["budget"]) =>
      api.changeBudget({ body: { budget: next } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: BILLING_KEY }),
  });
  const amountMillionths = Math.round(Number(amount) * 1e6);
  const isWhole = amountMillionths >= 1e6 && amountMillionths <= 1e15 && /^[A-Z]{3}$/.test(currency);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isWhole) change.mutate({ amountMillionths, currency, thresholdPercent: percent });
  };
  return (
    <Setting title={t("billing.eachMonth")} hint={t("billing.budgetHint")}>
      <form className={css.budget} onSubmit={submit}>
        <TextInput
          label={t("billing.amount")}
          inputMode="decimal"
          dir="ltr"
          value={amount}
          onChange={({ currentTarget }) => setAmount(currentTarget.value.replace(/[^\d.]/g, ""))}
        />
        <TextInput
          label={t("billing.currency")}
          dir="ltr"
          maxLength={3}
          value={currency}
          onChange={({ currentTarget }) => setCurrency(currentTarget.value.toUpperCase())}
        />
        <NativeSelect
          label={t("billing.threshold")}
          value={String(percent)}
          onChange={({ currentTarget }) => setPercent(Number(currentTarget.value))}
          data={[...new Set([...THRESHOLDS, percent])].map((value) => ({
            value: String(value),
            label: t("billing.percent", { count: value }),
          }))}
        />
        <div className={css.budgetActs}>
          <Button type="submit" variant="default" size="md" disabled={!isWhole} loading={change.isPending}>
            {t("billing.setBudget")}
          </Button>
          {budget === null ? null : (
            <Button variant="subtle" size="md" onClick={() => change.mutate(null)}>
              {t("billing.noBudget")}
            </Button>
          )}
        </div>
      </form>
      {budget === null ? null : (
        <p className={css.hint}>
          {t("billing.spent", {
            spent: money(budget.currency, budget.spentMillionths),
            amount: money(budget.currency, budget.amountMillionths),
          })}
        </p>
      )}
      {budget?.alerted === true ? <Callout tone="warn">{t("billing.reached")}</Callout> : null}
      <ProblemCallout error={change.error} />
    </Setting>
  );
}
