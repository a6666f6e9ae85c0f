import { Button } from "@mantine/core";
import { Link, useNavigate } from "@tanstack/react-router";
import { ConnectNumber } from "../numbers/connect-number.tsx";
import { useText } from "../texts/text-context.tsx";

/** The workspace stands already; the last step gives it a number, now or later. */
export function NumberStep() {
  const { t } = useText();
  const navigate = useNavigate();
  return (
    <ConnectNumber
      finish={t("setup.finish")}
      onFinished={() => void navigate({ to: "/inbox/$view", params: { view: "mine" } })}
      aside={
        <Button component={Link} to="/" variant="subtle" size="lg">
          {t("setup.later")}
        </Button>
      }
    />
  );
}
