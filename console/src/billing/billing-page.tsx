import { Button, SegmentedControl } from "@mantine/core";
import { IconDownload, IconReceipt } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Billing } from "../../../contract/billing.ts";
import { api } from "../api/client.ts";
import { ProblemCallout } from "../pieces/callout.tsx";
import { Card, Page, Section } from "../pieces/page.tsx";
import { EmptyState, ErrorState, SkeletonRows } from "../pieces/states.tsx";
import { useTitle } from "../pieces/use-title.ts";
import { useText } from "../texts/text-context.tsx";
import css from "./billing.module.css";
import { billingQuery } from "./billing-query.ts";
import { BudgetSetting } from "./budget-setting.tsx";
import { CountryTable } from "./country-table.tsx";
import { DayChart } from "./day-chart.tsx";
import { PERIODS, type Period, type PeriodName, periodOf } from "./periods.ts";
import { RateCards } from "./rate-cards.tsx";
import { sumByCountry, sumByDay } from "./sums.ts";
import { Totals } from "./totals.tsx";

/** What Meta charges for, and what it comes to by the Owner's own rate cards. */
export function BillingPage() {
  const { t } = useText();
  useTitle(t("billing.title"));
  const [name, setName] = useState<PeriodName>("thisMonth");
  const period = periodOf(name, new Date());
  const billing = useQuery(billingQuery(period));
  const save = useMutation({
    mutationFn: async () => saveFile(await api.exportBilling({ body: period }), period),
  });
  return (
    <Page
      title={t("billing.title")}
      lede={t("billing.lede")}
      actions={
        <Button
          variant="default"
          leftSection={<IconDownload size={16} stroke={1.6} />}
          loading={save.isPending}
          disabled={billing.data === undefined || billing.data.usages.length === 0}
          onClick={() => save.mutate()}
        >
          {t("billing.export")}
        </Button>
      }
    >
      <ProblemCallout error={save.error} />
      <SegmentedControl
        className={css.period}
        aria-label={t("billing.period")}
        value={name}
        onChange={(value) => setName(value as PeriodName)}
        data={PERIODS.map((value) => ({ value, label: t(`billing.${value}`) }))}
      />
      {billing.isPending ? (
        <Card>
          <SkeletonRows rows={5} avatar={false} />
        </Card>
      ) : null}
      {billing.isError ? (
        <Card>
          <ErrorState error={billing.error} onRetry={() => void billing.refetch()} />
        </Card>
      ) : null}
      {billing.isSuccess ? <Figures billing={billing.data} period={period} /> : null}
    </Page>
  );
}

function Figures({ billing, period }: { readonly billing: Billing; readonly period: Period }) {
  const { t } = useText();
  const sums = sumByCountry(billing.usages, billing.estimates);
  const categories = [...new Set(sums.map(({ category }) => category))];
  return (
    <>
      {billing.usages.length === 0 ? (
        <Card>
          <EmptyState
            icon={<IconReceipt size={22} stroke={1.6} />}
            title={t("billing.emptyTitle")}
            hint={t("billing.emptyHint")}
          />
        </Card>
      ) : (
        <>
          <Totals billing={billing} />
          <Section title={t("billing.perDay")}>
            <Card padded>
              <DayChart days={sumByDay(billing.usages, period)} categories={categories} />
            </Card>
          </Section>
          <Section title={t("billing.byCountry")}>
            <Card>
              <CountryTable sums={sums} />
            </Card>
          </Section>
        </>
      )}
      <RateCards cards={billing.cards} />
      <Section title={t("billing.budget")}>
        <Card>
          <BudgetSetting key={JSON.stringify(billing.budget)} budget={billing.budget} />
        </Card>
      </Section>
    </>
  );
}

function saveFile({ csv }: { readonly csv: string }, { from, to }: Period): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([csv], { type: "text/csv" }));
  link.download = `billing-${from}-${to}.csv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
