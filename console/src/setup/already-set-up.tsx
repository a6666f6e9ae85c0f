import { Button } from "@mantine/core";
import { IconCircleCheck } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { EmptyState } from "../pieces/states.tsx";
import { PlainPage } from "../shell/plain-page.tsx";
import { useText } from "../texts/text-context.tsx";

export function AlreadySetUp() {
  const { t } = useText();
  return (
    <PlainPage>
      <EmptyState
        icon={<IconCircleCheck size={22} stroke={1.6} />}
        title={t("setup.doneTitle")}
        hint={t("setup.doneHint")}
      >
        <Button component={Link} to="/" size="lg">
          {t("signIn.signIn")}
        </Button>
      </EmptyState>
    </PlainPage>
  );
}
