import { Button, FileInput, Modal, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { CardReport } from "../../../contract/billing.ts";
import { api } from "../api/client.ts";
import { Callout, ProblemCallout } from "../pieces/callout.tsx";
import { Columns, Form, FormActions } from "../pieces/form.tsx";
import { useText } from "../texts/text-context.tsx";
import css from "./billing.module.css";
import { BILLING_KEY } from "./billing-query.ts";

interface RateCardDialogProps {
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Upload, see what was understood, then store. */
export function RateCardDialog({ opened, onClose }: RateCardDialogProps) {
  const { t } = useText();
  return (
    <Modal opened={opened} onClose={onClose} title={t("billing.upload")} size={520}>
      <RateCardForm onClose={onClose} />
    </Modal>
  );
}

function RateCardForm({ onClose }: Pick<RateCardDialogProps, "onClose">) {
  const { t } = useText();
  const queryClient = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const [currency, setCurrency] = useState("USD");
  const [validFrom, setValidFrom] = useState(() => `${new Date().toISOString().slice(0, 7)}-01`);
  const check = useMutation({
    mutationFn: async (given: File) => api.checkRateCard({ body: { csv: await given.text(), currency } }),
  });
  const store = useMutation({
    mutationFn: async (given: File) =>
      api.storeRateCard({ body: { csv: await given.text(), currency, validFrom } }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: BILLING_KEY });
      onClose();
    },
  });
  const isWhole = file !== null && /^[A-Z]{3}$/.test(currency) && validFrom !== "";
  const report = check.data;
  const submit = () => {
    if (!isWhole || file === null) return;
    if (report !== undefined && report.prices > 0) store.mutate(file);
    else check.mutate(file);
  };
  return (
    <Form onSubmit={submit}>
      <FileInput
        label={t("billing.file")}
        placeholder={t("billing.chooseFile")}
        accept=".csv,text/csv,text/plain"
        value={file}
        onChange={(chosen) => {
          setFile(chosen);
          check.reset();
        }}
      />
      <Columns>
        <TextInput
          label={t("billing.currency")}
          description={t("billing.currencyHint")}
          value={currency}
          maxLength={3}
          dir="ltr"
          onChange={({ currentTarget }) => {
            setCurrency(currentTarget.value.toUpperCase());
            check.reset();
          }}
        />
        <TextInput
          label={t("billing.validFrom")}
          description=" "
          type="date"
          value={validFrom}
          onChange={({ currentTarget }) => setValidFrom(currentTarget.value)}
        />
      </Columns>
      {report === undefined ? null : <Report report={report} />}
      <ProblemCallout error={check.error ?? store.error} />
      <FormActions>
        <Button variant="subtle" onClick={onClose}>
          {t("common.cancel")}
        </Button>
        <Button type="submit" disabled={!isWhole} loading={check.isPending || store.isPending}>
          {report !== undefined && report.prices > 0 ? t("billing.store") : t("billing.check")}
        </Button>
      </FormActions>
    </Form>
  );
}

function Report({ report }: { readonly report: CardReport }) {
  const { t } = useText();
  const { prices, countries, problems, leftOut } = report;
  return (
    <Callout tone={leftOut > 0 ? "warn" : "ok"} title={t("billing.checked", { prices, countries })}>
      {leftOut === 0 ? null : (
        <>
          <p>{t("billing.leftOut", { count: leftOut })}</p>
          <ul className={css.problems}>
            {problems.slice(0, 20).map(({ line, fault, text }) => (
              <li key={`${line} ${fault} ${text}`}>
                {t("billing.line", { line, reason: t(`billing.fault.${fault}`), text })}
              </li>
            ))}
          </ul>
        </>
      )}
    </Callout>
  );
}
