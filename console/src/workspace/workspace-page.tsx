import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useMay, useMe } from "../api/me.ts";
import { Card, Page, Section } from "../pieces/page.tsx";
import { useTitle } from "../pieces/use-title.ts";
import { Setting } from "../profile/setting.tsx";
import { useText } from "../texts/text-context.tsx";
import { DeleteDialog } from "./delete-dialog.tsx";
import { deletionQuery } from "./deletion-query.ts";

/** What is the Owners' alone: for now, the end of the workspace. */
export function WorkspacePage() {
  const { t } = useText();
  useTitle(t("workspace.title"));
  const may = useMay()("workspace.delete");
  const { name } = useMe().workspace;
  const { data } = useQuery({ ...deletionQuery, enabled: may });
  const [asking, setAsking] = useState(false);
  if (!may)
    return (
      <Page title={t("workspace.title")} lede={t("workspace.lede")}>
        {null}
      </Page>
    );
  return (
    <Page title={t("workspace.title")} lede={t("workspace.lede")}>
      <Section title={t("workspace.end")}>
        <Card>
          <Setting title={t("workspace.delete")} hint={t("workspace.deleteHint", { name })}>
            <Button
              color="red"
              variant="outline"
              disabled={data === undefined || data.deletion !== null}
              onClick={() => setAsking(true)}
            >
              {t("workspace.delete")}
            </Button>
          </Setting>
        </Card>
      </Section>
      <DeleteDialog opened={asking} onClose={() => setAsking(false)} />
    </Page>
  );
}
