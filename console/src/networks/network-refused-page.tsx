import { Button } from "@mantine/core";
import { IconNetworkOff } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { EmptyState } from "../pieces/states.tsx";
import { useTitle } from "../pieces/use-title.ts";
import { PlainPage } from "../shell/plain-page.tsx";
import { useText } from "../texts/text-context.tsx";

/** Signed in, and from a network that the workspace lets nobody in from. */
export function NetworkRefusedPage() {
  const { t } = useText();
  useTitle(t("networks.refusedTitle"));
  const queryClient = useQueryClient();
  return (
    <PlainPage>
      <EmptyState
        icon={<IconNetworkOff size={22} stroke={1.6} />}
        title={t("networks.refusedTitle")}
        hint={t("networks.refused")}
      >
        <Button component={Link} to="/" variant="default" onClick={() => queryClient.clear()}>
          {t("networks.tryAgain")}
        </Button>
      </EmptyState>
    </PlainPage>
  );
}
