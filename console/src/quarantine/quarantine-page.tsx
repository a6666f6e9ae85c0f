import { Button, SegmentedControl } from "@mantine/core";
import { IconShieldCheck } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Quarantined } from "../../../contract/quarantine.ts";
import { Card, Page } from "../pieces/page.tsx";
import { EmptyState, ErrorState, SkeletonRows } from "../pieces/states.tsx";
import { useTitle } from "../pieces/use-title.ts";
import { useText } from "../texts/text-context.tsx";
import { InspectDialog } from "./inspect-dialog.tsx";
import css from "./quarantine-page.module.css";
import { type QuarantineState, quarantineQuery } from "./quarantine-query.ts";
import { QuarantineRow } from "./quarantine-row.tsx";

/** What Meta signed and Wardroom could not place. It waits, sealed, until somebody decides. */
export function QuarantinePage() {
  const { t } = useText();
  useTitle(t("shell.quarantine"));
  const [state, setState] = useState<QuarantineState>("held");
  const [inspected, setInspected] = useState<Quarantined>();
  const quarantine = useInfiniteQuery(quarantineQuery(state));
  const items = quarantine.data?.pages.flatMap((page) => page.items) ?? [];
  const held = quarantine.data?.pages[0]?.held;
  return (
    <Page title={t("shell.quarantine")} lede={t("quarantine.lede")}>
      <div className={css.switch}>
        <SegmentedControl
          aria-label={t("quarantine.show")}
          value={state}
          onChange={(value) => setState(value === "decided" ? "decided" : "held")}
          data={[
            {
              value: "held",
              label: held === undefined ? t("quarantine.held") : t("quarantine.heldCount", { count: held }),
            },
            { value: "decided", label: t("quarantine.decided") },
          ]}
        />
      </div>
      <Card>
        {quarantine.isPending ? <SkeletonRows avatar={false} /> : null}
        {quarantine.isError ? (
          <ErrorState error={quarantine.error} onRetry={() => void quarantine.refetch()} />
        ) : null}
        {quarantine.isSuccess && items.length === 0 ? (
          <EmptyState
            icon={<IconShieldCheck size={22} stroke={1.6} />}
            title={state === "held" ? t("quarantine.empty") : t("quarantine.emptyDecided")}
            hint={state === "held" ? t("quarantine.emptyHint") : undefined}
          />
        ) : null}
        <ul>
          {items.map((item) => (
            <QuarantineRow key={item.id} item={item} onInspect={() => setInspected(item)} />
          ))}
        </ul>
        {quarantine.hasNextPage ? (
          <div className={css.more}>
            <Button
              variant="subtle"
              loading={quarantine.isFetchingNextPage}
              onClick={() => void quarantine.fetchNextPage()}
            >
              {t("quarantine.older")}
            </Button>
          </div>
        ) : null}
      </Card>
      <InspectDialog item={inspected} onClose={() => setInspected(undefined)} />
    </Page>
  );
}
