import { Button, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useMe } from "../api/me.ts";
import { ProblemCallout } from "../pieces/callout.tsx";
import { useText } from "../texts/text-context.tsx";
import css from "./profile.module.css";
import { Setting } from "./setting.tsx";
import { useUpdateMe } from "./use-update-me.ts";

export function NameSetting() {
  const { t } = useText();
  const me = useMe();
  const [name, setName] = useState(me.name);
  const update = useUpdateMe();
  const typed = name.trim();
  const isChanged = typed !== me.name && typed !== "";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isChanged) update.mutate({ name: typed });
  };
  return (
    <Setting title={t("profile.name")} hint={t("profile.nameHint")}>
      <form className={css.inline} onSubmit={submit}>
        <TextInput
          aria-label={t("profile.name")}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          dir="auto"
          maxLength={80}
          autoComplete="name"
        />
        <Button type="submit" variant="default" size="md" disabled={!isChanged} loading={update.isPending}>
          {update.isSuccess && !isChanged ? t("common.saved") : t("common.save")}
        </Button>
      </form>
      <ProblemCallout error={update.error} />
    </Setting>
  );
}
