import { ActionIcon, Button, Menu } from "@mantine/core";
import { IconDeviceMobile, IconDots, IconFingerprint, IconPencil, IconTrash } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Factor } from "../../../contract/factors.ts";
import { api } from "../api/client.ts";
import { factorsQuery, sessionQuery } from "../api/queries.ts";
import { EndOthersOffer } from "../devices/end-others-offer.tsx";
import { canUsePasskeys, makePasskey } from "../passkeys/passkeys.ts";
import { ProblemCallout } from "../pieces/callout.tsx";
import { ErrorState, SkeletonRows } from "../pieces/states.tsx";
import { useNow } from "../pieces/use-now.ts";
import { useFormats, useText } from "../texts/text-context.tsx";
import { AddAppDialog } from "./add-app-dialog.tsx";
import { RemoveFactorDialog, RenameFactorDialog } from "./factor-dialogs.tsx";
import css from "./factors-setting.module.css";

/** By what one proves oneself: passkeys and the app, each to be named, removed, and added to. */
export function FactorsSetting() {
  const { t } = useText();
  const query = useQuery(factorsQuery);
  return (
    <div className={css.setting}>
      <h3 className={css.title}>{t("factors.title")}</h3>
      <p className={css.hint}>{t("factors.hint")}</p>
      {query.isError ? <ErrorState error={query.error} onRetry={() => void query.refetch()} /> : null}
      {query.isPending ? <SkeletonRows rows={2} avatar={false} /> : null}
      {query.data === undefined ? null : <FactorList factors={query.data.factors} />}
    </div>
  );
}

function FactorList({ factors }: { readonly factors: readonly Factor[] }) {
  const { t } = useText();
  const queryClient = useQueryClient();
  const [isAdding, setAdding] = useState(false);
  const [isChanged, setChanged] = useState(false);
  const noteChange = () => setChanged(true);
  const addPasskey = useMutation({
    mutationFn: async () => {
      const { enrolment } = await api.offerFactor();
      const passkey = await makePasskey(await api.offerPasskey({ body: { enrolment } }));
      await api.addFactor({ body: { enrolment, passkey } });
    },
    onSuccess: () => {
      noteChange();
      return refresh(queryClient);
    },
  });
  const hasApp = factors.some(({ kind }) => kind === "totp");
  return (
    <>
      <ul className={css.list}>
        {factors.map((factor) => (
          <FactorRow key={factor.id} factor={factor} isLast={factors.length === 1} onRemoved={noteChange} />
        ))}
      </ul>
      <ProblemCallout error={addPasskey.error} />
      {isChanged ? <EndOthersOffer /> : null}
      <div className={css.actions}>
        {canUsePasskeys() ? (
          <Button
            variant="default"
            leftSection={<IconFingerprint size={16} stroke={1.6} />}
            loading={addPasskey.isPending}
            onClick={() => addPasskey.mutate()}
          >
            {t("factors.addPasskey")}
          </Button>
        ) : null}
        {hasApp ? null : (
          <Button
            variant="default"
            leftSection={<IconDeviceMobile size={16} stroke={1.6} />}
            onClick={() => setAdding(true)}
          >
            {t("factors.addApp")}
          </Button>
        )}
      </div>
      <AddAppDialog opened={isAdding} onClose={() => setAdding(false)} onAdded={noteChange} />
    </>
  );
}

interface FactorRowProps {
  readonly factor: Factor;
  readonly isLast: boolean;
  readonly onRemoved: () => void;
}

function FactorRow({ factor, isLast, onRemoved }: FactorRowProps) {
  const { t } = useText();
  const formats = useFormats();
  const now = useNow();
  const [dialog, setDialog] = useState<"rename" | "remove">();
  const close = () => setDialog(undefined);
  const name = factor.name ?? t("factor.totp");
  const Icon = factor.kind === "passkey" ? IconFingerprint : IconDeviceMobile;
  const used =
    factor.usedAt === null
      ? t("factors.neverUsed")
      : t("factors.used", { ago: formats.ago(factor.usedAt, now) });
  return (
    <li className={css.row}>
      <span className={css.icon} aria-hidden="true">
        <Icon size={18} stroke={1.6} />
      </span>
      <div className={css.words}>
        <div className={css.name}>
          <bdi>{name}</bdi>
        </div>
        <div className={css.facts}>
          {factor.kind === "passkey" ? (
            <span>{t(factor.backedUp ? "factors.synced" : "factors.onOneDevice")}</span>
          ) : null}
          <span>{t("factors.added", { date: formats.date(factor.createdAt) })}</span>
          <span>{used}</span>
        </div>
      </div>
      <Menu position="bottom-end" width={200}>
        <Menu.Target>
          <ActionIcon aria-label={t("factors.actions", { name })}>
            <IconDots size={18} stroke={1.6} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {factor.kind === "passkey" ? (
            <Menu.Item
              leftSection={<IconPencil size={16} stroke={1.6} />}
              onClick={() => setDialog("rename")}
            >
              {t("factors.rename")}
            </Menu.Item>
          ) : null}
          <Menu.Item
            color="red"
            disabled={isLast}
            leftSection={<IconTrash size={16} stroke={1.6} />}
            onClick={() => setDialog("remove")}
          >
            {isLast ? t("factors.lastStays") : t("factors.remove")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <RenameFactorDialog factor={factor} opened={dialog === "rename"} onClose={close} />
      <RemoveFactorDialog
        factor={factor}
        name={name}
        opened={dialog === "remove"}
        onRemoved={onRemoved}
        onClose={close}
      />
    </li>
  );
}

async function refresh(queryClient: ReturnType<typeof useQueryClient>): Promise<void> {
  await queryClient.invalidateQueries(factorsQuery);
  await queryClient.invalidateQueries(sessionQuery);
}
