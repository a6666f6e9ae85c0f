import { Button, Checkbox } from "@mantine/core";
import { IconCheck, IconCopy, IconDownload, IconPrinter } from "@tabler/icons-react";
import { useText } from "../texts/text-context.tsx";
import css from "./recovery-codes.module.css";
import { useCopy } from "./use-copy.ts";

export interface RecoveryCodesProps {
  readonly codes: readonly string[];
  readonly kept: boolean;
  readonly onKept: (kept: boolean) => void;
  readonly error?: string | undefined;
}

/** Ten codes that are shown once: copy, download, print, and the word that they are kept. */
export function RecoveryCodes({ codes, kept, onKept, error }: RecoveryCodesProps) {
  const { t } = useText();
  const { copied, copy } = useCopy();
  const text = codes.join("\n");
  return (
    <div className={css.block}>
      <ol className={css.codes} data-print aria-label={t("factor.codesTitle")}>
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ol>
      <div className={css.actions}>
        <Button
          variant="default"
          leftSection={copied ? <IconCheck size={16} stroke={1.8} /> : <IconCopy size={16} stroke={1.6} />}
          onClick={() => void copy(text)}
        >
          {copied ? t("common.copied") : t("common.copy")}
        </Button>
        <Button
          variant="default"
          leftSection={<IconDownload size={16} stroke={1.6} />}
          onClick={() => download(text)}
        >
          {t("common.download")}
        </Button>
        <Button
          variant="default"
          leftSection={<IconPrinter size={16} stroke={1.6} />}
          onClick={() => window.print()}
        >
          {t("common.print")}
        </Button>
      </div>
      <Checkbox
        checked={kept}
        onChange={(event) => onKept(event.currentTarget.checked)}
        label={t("factor.codesKept")}
        error={error}
      />
    </div>
  );
}

function download(text: string): void {
  const url = URL.createObjectURL(new Blob([`Wardroom\n\n${text}\n`], { type: "text/plain" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = "wardroom-recovery-codes.txt";
  link.click();
  URL.revokeObjectURL(url);
}
