import { ActionIcon, Popover } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconMoodSmile, IconPaperclip, IconPlus, IconTemplate } from "@tabler/icons-react";
import { useRef } from "react";
import { useText } from "../../texts/text-context.tsx";
import { EmojiPicker } from "./emoji-grid.tsx";

export function AttachButton(props: { readonly phone: boolean; readonly onFiles: (files: File[]) => void }) {
  const { t } = useText();
  const picker = useRef<HTMLInputElement>(null);
  return (
    <>
      <ActionIcon
        aria-label={t("compose.attach")}
        title={t("compose.attach")}
        onClick={() => picker.current?.click()}
      >
        {props.phone ? <IconPlus size={22} stroke={1.6} /> : <IconPaperclip size={18} stroke={1.6} />}
      </ActionIcon>
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        data-attach
        onChange={(event) => {
          props.onFiles([...(event.currentTarget.files ?? [])]);
          event.currentTarget.value = "";
        }}
      />
    </>
  );
}

export function EmojiButton(props: { readonly onPick: (emoji: string) => void }) {
  const { t } = useText();
  const [opened, { close, toggle }] = useDisclosure(false);
  return (
    <Popover opened={opened} onChange={close} position="top-start" trapFocus returnFocus>
      <Popover.Target>
        <ActionIcon aria-label={t("compose.emoji")} title={t("compose.emoji")} onClick={toggle}>
          <IconMoodSmile size={18} stroke={1.6} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown>
        <EmojiPicker onPick={props.onPick} />
      </Popover.Dropdown>
    </Popover>
  );
}

export function TemplateButton(props: { readonly onTemplate: () => void }) {
  const { t } = useText();
  return (
    <ActionIcon aria-label={t("compose.template")} title={t("compose.template")} onClick={props.onTemplate}>
      <IconTemplate size={18} stroke={1.6} />
    </ActionIcon>
  );
}
