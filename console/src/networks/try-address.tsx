import { Button, TextInput } from "@mantine/core";
import { IconCheck, IconX } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { NetworkRules } from "../../../contract/network.ts";
import { api } from "../api/client.ts";
import { ProblemCallout } from "../pieces/callout.tsx";
import { Chip } from "../pieces/chip.tsx";
import { useText } from "../texts/text-context.tsx";
import css from "./networks.module.css";

interface TryAddressProps {
  readonly rules: NetworkRules;
  readonly initially: string;
}

/** Who would get in from an address, under rules that are not stored yet. */
export function TryAddress({ rules, initially }: TryAddressProps) {
  const { t } = useText();
  const [address, setAddress] = useState(initially);
  const test = useMutation({
    mutationFn: () => api.testNetworkRules({ body: { address: address.trim(), rules } }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    test.mutate();
  };
  return (
    <div className={css.lists}>
      <p className={css.hint}>{t("networks.testHint")}</p>
      <form className={css.try} onSubmit={submit}>
        <TextInput
          aria-label={t("networks.address")}
          value={address}
          onChange={({ currentTarget }) => setAddress(currentTarget.value)}
          dir="ltr"
          spellCheck={false}
          maxLength={50}
        />
        <Button
          type="submit"
          variant="default"
          size="md"
          loading={test.isPending}
          disabled={address.trim() === ""}
        >
          {t("networks.try")}
        </Button>
      </form>
      <ProblemCallout error={test.error} />
      {test.data === undefined ? null : (
        <ul className={css.verdicts} aria-live="polite">
          {test.data.known === null ? null : (
            <li>
              <Chip>{test.data.known}</Chip>
            </li>
          )}
          {test.data.admitted.map(({ role, admitted }) => (
            <li key={role}>
              <Chip
                tone={admitted ? "ok" : "critical"}
                icon={admitted ? <IconCheck size={14} stroke={2} /> : <IconX size={14} stroke={2} />}
              >
                {t(admitted ? "networks.getsIn" : "networks.staysOut", { role: t(`role.${role}`) })}
              </Chip>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
