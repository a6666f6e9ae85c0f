import { Button } from "@mantine/core";
import { IconCompass } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { EmptyState } from "../pieces/states.tsx";
import { useText } from "../texts/text-context.tsx";
import { PlainPage } from "./plain-page.tsx";

export function NotFoundPage() {
  const { t } = useText();
  return (
    <PlainPage>
      <EmptyState
        icon={<IconCompass size={22} stroke={1.6} />}
        title={t("shell.notFound")}
        hint={t("shell.notFoundHint")}
      >
        <Button component={Link} to="/" variant="default">
          {t("shell.toInbox")}
        </Button>
      </EmptyState>
    </PlainPage>
  );
}
