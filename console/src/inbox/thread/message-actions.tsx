import { ActionIcon, Menu, Popover } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconArrowBackUp, IconCopy, IconDots, IconMoodSmile } from "@tabler/icons-react";
import type { Message } from "../../../../contract/conversations.ts";
import { useText } from "../../texts/text-context.tsx";
import { EmojiGrid } from "../composer/emoji-grid.tsx";
import type { BubbleActs } from "./bubble-acts.ts";
import css from "./thread.module.css";

const QUICK = ["👍", "❤️", "🙏", "😊", "✅"];

/** Beside a bubble on hover and focus: answer it, react to it, copy it. On touch behind one small button. */
export function MessageActions(props: { readonly message: Message; readonly acts: BubbleActs }) {
  const { message, acts } = props;
  const { t } = useText();
  const words = wordsOf(message);
  const sent = message.direction === "in" || message.delivery !== null || message.sendState === "accepted";
  if (message.body.kind === "reaction" || !sent) return null;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms; these are buttons about one message
    <div className={css.actions} role="group" aria-label={t("thread.actions")}>
      <ReactButton message={message} acts={acts} />
      <ActionIcon
        className={css.wide}
        size={28}
        aria-label={t("thread.reply")}
        title={t("thread.reply")}
        onClick={() => acts.onReply(message)}
      >
        <IconArrowBackUp className={css.mirrored} size={16} stroke={1.6} />
      </ActionIcon>
      <Menu position="bottom" width={176}>
        <Menu.Target>
          <ActionIcon size={28} aria-label={t("head.more")} title={t("head.more")}>
            <IconDots size={16} stroke={1.6} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconArrowBackUp className={css.mirrored} size={16} stroke={1.6} />}
            onClick={() => acts.onReply(message)}
          >
            {t("thread.reply")}
          </Menu.Item>
          {QUICK.slice(0, 3).map((emoji) => (
            <Menu.Item key={emoji} className={css.narrow} onClick={() => acts.onReact(message, emoji)}>
              {t("thread.react")} {emoji}
            </Menu.Item>
          ))}
          {words === "" ? null : (
            <Menu.Item
              leftSection={<IconCopy size={16} stroke={1.6} />}
              onClick={() => void navigator.clipboard.writeText(words)}
            >
              {t("thread.copy")}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}

function ReactButton(props: { readonly message: Message; readonly acts: BubbleActs }) {
  const { t } = useText();
  const [opened, { close, toggle }] = useDisclosure(false);
  return (
    <Popover opened={opened} onChange={close} position="top" trapFocus returnFocus>
      <Popover.Target>
        <ActionIcon
          className={css.wide}
          size={28}
          aria-label={t("thread.react")}
          title={t("thread.react")}
          onClick={toggle}
        >
          <IconMoodSmile size={16} stroke={1.6} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown>
        <EmojiGrid
          emoji={QUICK}
          label={t("thread.react")}
          onPick={(emoji) => {
            close();
            props.acts.onReact(props.message, emoji);
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}

function wordsOf({ body }: Message): string {
  if (body.kind === "text" || body.kind === "template" || body.kind === "interactive") return body.text;
  if (body.kind === "reply") return body.title;
  return "caption" in body ? (body.caption ?? "") : "";
}
