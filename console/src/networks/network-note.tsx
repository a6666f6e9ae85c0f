import { Button } from "@mantine/core";
import { IconWifi } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useText } from "../texts/text-context.tsx";
import css from "./network-note.module.css";
import { ownNetworkQuery } from "./networks-query.ts";

/** Networks whose note was put away on this device, the latest last. Ours: more than anybody works from. */
const KEPT = 20;
const STORED = "wr-networks-noted";

/** Somebody works from a network without a name: said once for each, quietly, and never again on this device. */
export function NetworkNote() {
  const { t } = useText();
  const [noted, setNoted] = useState(readNoted);
  const own = useQuery(ownNetworkQuery).data;
  if (own?.state !== "unknown" || noted.includes(own.neighbourhood)) return null;
  const dismiss = () => {
    const next = [...noted, own.neighbourhood].slice(-KEPT);
    setNoted(next);
    localStorage.setItem(STORED, JSON.stringify(next));
  };
  return (
    <div className={css.note} role="note">
      <IconWifi size={16} stroke={1.6} aria-hidden="true" />
      <span className={css.words}>
        {t("networks.unknown")} {t("networks.unknownHint")}
      </span>
      <Button size="xs" variant="subtle" onClick={dismiss}>
        {t("networks.dismiss")}
      </Button>
    </div>
  );
}

function readNoted(): readonly string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(STORED) ?? "[]");
    return Array.isArray(stored) ? stored.filter((one) => typeof one === "string") : [];
  } catch {
    return [];
  }
}
