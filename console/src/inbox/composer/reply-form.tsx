import { Button } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconSend } from "@tabler/icons-react";
import { type KeyboardEvent, useEffect, useRef } from "react";
import { classes } from "../../pieces/classes.ts";
import { Keys } from "../../pieces/keys.tsx";
import { useText } from "../../texts/text-context.tsx";
import { BELOW } from "../../theme/sizes.ts";
import { guessScript } from "../thread/text-script.ts";
import { useSingleKey } from "../use-single-key.ts";
import css from "./composer.module.css";
import { AttachButton, EmojiButton, TemplateButton } from "./composer-buttons.tsx";
import { CharactersLeft, WindowLeft } from "./composer-facts.tsx";
import type { ComposerProps } from "./composer-props.ts";
import { FileTray } from "./file-tray.tsx";
import { QuoteTray } from "./quote-tray.tsx";
import { useDesk } from "./send-desk.ts";
import { judgeUpload } from "./upload-rules.ts";
import { useDraft } from "./use-draft.ts";
import { useFileDrop } from "./use-file-drop.ts";
import { useTypingSignal } from "./use-typing-signal.ts";

/** What WhatsApp takes as one text, and as a caption. Source: facts.md 2.1. */
const MOST_TEXT = 4096;
const MOST_CAPTION = 1024;
/** The field, what hangs on it, and Send. Enter sends, Shift and Enter begin a line. */
export function ReplyForm({ conversation, onTemplate, now }: ComposerProps & { readonly now: number }) {
  const { t } = useText();
  const phone = useMediaQuery(BELOW.phone, undefined, { getInitialValueInEffect: false }) ?? false;
  const { queue, drafts } = useDesk();
  const [draft, change] = useDraft(conversation.id);
  const field = useRef<HTMLTextAreaElement>(null);
  const typing = useTypingSignal(conversation.id);
  const drop = useFileDrop((files) => change({ files: [...draft.files, ...files] }));
  useFocusOnOpen(field, phone);
  useSingleKey("r", () => field.current?.focus());

  const most = draft.files.length > 0 ? MOST_CAPTION : MOST_TEXT;
  const words = draft.text.trim();
  const left = most - words.length;
  const sendable = (words !== "" || draft.files.length > 0) && left >= 0 && draft.files.every(fits);
  const send = () => {
    if (!sendable) return;
    const reply = draft.replyTo === null ? {} : { replyToId: draft.replyTo.id };
    if (draft.files.length === 0) queue.add(conversation.id, { kind: "text", text: words, ...reply });
    draft.files.forEach((file, index) => {
      const first = index === 0;
      queue.add(conversation.id, {
        kind: "file",
        file,
        caption: first ? words : "",
        ...(first ? reply : {}),
      });
    });
    drafts.drop(conversation.id);
    field.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    // On a phone Enter begins a line: there is a button for sending, and no Shift.
    if (phone && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    send();
  };
  const insert = (emoji: string) => change({ text: insertAt(field.current, draft.text, emoji) });
  const input = (
    <div className={css.field} data-words={`${draft.text}\n`} lang={guessScript(draft.text)}>
      <textarea
        ref={field}
        className={css.input}
        data-composer
        dir={draft.text === "" ? undefined : "auto"}
        rows={1}
        value={draft.text}
        placeholder={
          draft.files.length > 0
            ? t("compose.caption")
            : t("compose.replyTo", { name: conversation.contact.name })
        }
        aria-label={t("compose.replyTo", { name: conversation.contact.name })}
        aria-describedby="compose-left"
        onChange={(event) => {
          change({ text: event.currentTarget.value });
          if (event.currentTarget.value !== "") typing();
        }}
        onKeyDown={onKeyDown}
        onPaste={(event) => {
          const files = [...event.clipboardData.files];
          if (files.length === 0) return;
          event.preventDefault();
          change({ files: [...draft.files, ...files] });
        }}
      />
    </div>
  );
  const trays = (
    <>
      {draft.replyTo === null ? null : (
        <QuoteTray
          message={draft.replyTo}
          contactName={conversation.contact.name}
          onRemove={() => change({ replyTo: null })}
        />
      )}
      {draft.files.length === 0 ? null : (
        <FileTray
          files={draft.files}
          onRemove={(file) => change({ files: draft.files.filter((one) => one !== file) })}
        />
      )}
    </>
  );
  const attach = (
    <AttachButton phone={phone} onFiles={(files) => change({ files: [...draft.files, ...files] })} />
  );
  const count = <CharactersLeft left={left} />;
  const sendLabel = t("compose.send");
  if (phone)
    return (
      <div className={css.phone} {...drop.handlers}>
        {trays}
        <div className={css.phoneTop}>
          <TemplateButton onTemplate={onTemplate} />
          <EmojiButton onPick={insert} />
          <span className={css.grow} />
          {count}
          <WindowLeft closesAt={conversation.windowClosesAt} now={now} />
        </div>
        <div className={css.phoneRow}>
          {attach}
          {input}
          <button
            type="button"
            className={css.round}
            aria-label={sendLabel}
            disabled={!sendable}
            onClick={send}
          >
            <IconSend className={css.mirrored} size={20} stroke={1.6} />
          </button>
        </div>
      </div>
    );
  return (
    <div className={classes(css.composer, drop.over && css.over)} {...drop.handlers}>
      <div className={css.top}>
        <span className={css.tab}>{t("compose.reply")}</span>
        <span className={css.grow} />
        <WindowLeft closesAt={conversation.windowClosesAt} now={now} />
      </div>
      {trays}
      {input}
      <div className={css.tools}>
        {attach}
        <EmojiButton onPick={insert} />
        <TemplateButton onTemplate={onTemplate} />
        <span className={css.grow} />
        {count}
        <Button disabled={!sendable} onClick={send} rightSection={<Keys>↵</Keys>}>
          {sendLabel}
        </Button>
      </div>
      {drop.over ? <div className={css.dropHint}>{t("compose.drop")}</div> : null}
    </div>
  );
}

function fits(file: File): boolean {
  return judgeUpload(file).fits;
}

/** On a desk one opens a chat to answer it; on a phone the keyboard would cover what is to be read. */
function useFocusOnOpen(field: { readonly current: HTMLTextAreaElement | null }, phone: boolean): void {
  useEffect(() => {
    if (!phone && document.activeElement?.closest("[role=dialog]") == null) field.current?.focus();
  }, [field, phone]);
}

function insertAt(field: HTMLTextAreaElement | null, text: string, piece: string): string {
  const from = field?.selectionStart ?? text.length;
  const to = field?.selectionEnd ?? text.length;
  return text.slice(0, from) + piece + text.slice(to);
}
