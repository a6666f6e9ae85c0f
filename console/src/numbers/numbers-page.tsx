import { Button } from "@mantine/core";
import { IconDeviceMobile, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useMay } from "../api/me.ts";
import { numbersQuery, WALKING } from "../api/queries.ts";
import { Card, Page } from "../pieces/page.tsx";
import { EmptyState, ErrorState, SkeletonRows } from "../pieces/states.tsx";
import { useTitle } from "../pieces/use-title.ts";
import { useText } from "../texts/text-context.tsx";
import { ConnectDialog } from "./connect-dialog.tsx";
import { NumberCard } from "./number-card.tsx";
import css from "./numbers-page.module.css";

/** The workspace's numbers: what answers, how Meta sees it, and when it was last heard. */
export function NumbersPage() {
  const { t } = useText();
  useTitle(t("shell.numbers"));
  const may = useMay();
  const numbers = useQuery({ ...numbersQuery, ...WALKING });
  const [connecting, setConnecting] = useState(false);
  const list = numbers.data?.numbers ?? [];
  const connected = list.filter(({ state }) => state === "connected");
  const host = connected[0]?.host;
  const mayConnect = may("number.connect") && host !== "simulator";
  return (
    <Page
      title={t("shell.numbers")}
      lede={t("numbers.lede")}
      actions={
        mayConnect && list.length > 0 ? (
          <Button leftSection={<IconPlus size={16} stroke={1.8} />} onClick={() => setConnecting(true)}>
            {t("numbers.connectOne")}
          </Button>
        ) : undefined
      }
    >
      {numbers.isPending ? (
        <Card>
          <SkeletonRows rows={2} />
        </Card>
      ) : null}
      {numbers.isError ? (
        <Card>
          <ErrorState error={numbers.error} onRetry={() => void numbers.refetch()} />
        </Card>
      ) : null}
      {numbers.isSuccess && list.length === 0 ? <NoNumber onConnect={() => setConnecting(true)} /> : null}
      <ul className={css.list}>
        {list.map((number) => (
          <li key={number.id}>
            <NumberCard number={number} />
          </li>
        ))}
      </ul>
      <ConnectDialog
        opened={connecting}
        onClose={() => setConnecting(false)}
        {...(host === "meta" ? { only: "meta" as const } : {})}
      />
    </Page>
  );
}

function NoNumber({ onConnect }: { readonly onConnect: () => void }) {
  const { t } = useText();
  const mayConnect = useMay()("number.connect");
  return (
    <Card>
      <EmptyState
        icon={<IconDeviceMobile size={22} stroke={1.6} />}
        title={t("numbers.emptyTitle")}
        hint={mayConnect ? t("numbers.emptyHint") : t("numbers.emptyOther")}
      >
        {mayConnect ? <Button onClick={onConnect}>{t("numbers.connectOne")}</Button> : null}
      </EmptyState>
    </Card>
  );
}
