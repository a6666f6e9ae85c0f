import { Button } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import type { ErrorComponentProps } from "@tanstack/react-router";
import { useRouter } from "@tanstack/react-router";
import { ApiProblem, NetworkProblem } from "../api/api-problem.ts";
import { EmptyState, ErrorState } from "../pieces/states.tsx";
import { useText } from "../texts/text-context.tsx";
import { PlainPage } from "./plain-page.tsx";

/** A page that threw. The server away is not a fault of the page, and says so. */
export function CrashedPage({ error, reset }: ErrorComponentProps) {
  const { t } = useText();
  const router = useRouter();
  if (error instanceof NetworkProblem || error instanceof ApiProblem) {
    const retry = () => {
      reset();
      void router.invalidate();
    };
    return (
      <PlainPage>
        <ErrorState error={error} title={t("shell.startFailed")} onRetry={retry} />
      </PlainPage>
    );
  }
  return (
    <PlainPage>
      <EmptyState
        icon={<IconRefresh size={22} stroke={1.6} />}
        title={t("shell.crashed")}
        hint={t("shell.crashedHint")}
      >
        <Button variant="default" onClick={() => window.location.reload()}>
          {t("shell.reload")}
        </Button>
      </EmptyState>
    </PlainPage>
  );
}
