import { Modal, Select, TextInput } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconDeviceMobile } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../api/client.ts";
import { numbersQuery } from "../../api/queries.ts";
import { ProblemCallout } from "../../pieces/callout.tsx";
import { Ltr } from "../../pieces/ltr.tsx";
import { EmptyState } from "../../pieces/states.tsx";
import { useText } from "../../texts/text-context.tsx";
import { BELOW } from "../../theme/sizes.ts";
import { type FilledTemplate, TemplateForm } from "../templates/template-form.tsx";
import css from "./new-chat.module.css";
import { readPhone } from "./read-phone.ts";

/** Whom to write to, where that is known already. */
export interface NewChatTo {
  readonly contactId: string;
  readonly name: string;
  readonly phone: string | null;
}

export interface NewChatProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly to?: NewChatTo;
  /** A number that was looked for and not found. */
  readonly phone?: string;
}

/** Writes first: number, person, template. */
export function NewChat({ opened, onClose, ...rest }: NewChatProps) {
  const { t } = useText();
  const phone = useMediaQuery(BELOW.phone, undefined, { getInitialValueInEffect: false }) ?? false;
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      size={520}
      fullScreen={phone}
      title={t("start.title")}
      withCloseButton
      closeButtonProps={{ "aria-label": t("common.close") }}
    >
      <NewChatForm onClose={onClose} {...rest} />
    </Modal>
  );
}

function NewChatForm({ onClose, to, phone: known }: Omit<NewChatProps, "opened">) {
  const { t } = useText();
  const numbers = useQuery(numbersQuery).data?.numbers.filter(({ state }) => state === "connected");
  const [numberId, setNumberId] = useState<string>();
  const [typed, setTyped] = useState(known ?? "");
  const [name, setName] = useState("");
  const [touched, setTouched] = useState(false);
  const phone = readPhone(typed);
  const number = numbers?.find(({ id }) => id === numberId) ?? numbers?.[0];
  const start = useStart(onClose);
  if (numbers !== undefined && number === undefined)
    return (
      <EmptyState
        icon={<IconDeviceMobile size={22} stroke={1.6} />}
        title={t("start.noNumber")}
        hint={t("start.noNumberHint")}
      />
    );
  const send = (filled: FilledTemplate) => {
    if (number === undefined) return;
    const person = to === undefined ? { phone: phone ?? "", ...named(name) } : { contactId: to.contactId };
    start.mutate({ numberId: number.id, to: person, template: filled.template });
  };
  return (
    <div className={css.form}>
      <p className={css.explain}>{t("start.explain")}</p>
      {(numbers?.length ?? 0) > 1 ? (
        <Select
          label={t("start.from")}
          value={number?.id ?? null}
          data={(numbers ?? []).map((one) => ({
            value: one.id,
            label: `${one.verifiedName} · \u2066${one.displayPhoneNumber}\u2069`,
          }))}
          allowDeselect={false}
          onChange={(id) => setNumberId(id ?? undefined)}
        />
      ) : null}
      {to === undefined ? (
        <div className={css.person}>
          <TextInput
            label={t("start.phone")}
            description={t("start.phoneHint", { example: "+966 50 123 4567" })}
            value={typed}
            type="tel"
            inputMode="tel"
            autoComplete="off"
            maxLength={32}
            dir={typed === "" ? undefined : "ltr"}
            data-autofocus
            error={touched && phone === undefined ? t("start.phoneWrong") : undefined}
            onBlur={() => setTouched(typed !== "")}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          <TextInput
            label={t("start.name")}
            description={t("start.nameHint")}
            value={name}
            autoComplete="off"
            maxLength={80}
            dir={name === "" ? undefined : "auto"}
            onChange={(event) => setName(event.currentTarget.value)}
          />
        </div>
      ) : (
        <p className={css.to}>
          <span className={css.label}>{t("start.to")}</span> <bdi>{to.name}</bdi>{" "}
          {to.phone === null ? null : <Ltr>{to.phone}</Ltr>}
        </p>
      )}
      {number === undefined ? null : (
        <TemplateForm
          numberId={number.id}
          language={null}
          name={to?.name ?? (name.trim() === "" ? t("start.someone") : name.trim())}
          conversationId={null}
          busy={start.isPending}
          ready={to !== undefined || phone !== undefined}
          onSend={send}
        >
          <ProblemCallout error={start.error} />
        </TemplateForm>
      )}
    </div>
  );
}

function named(name: string): { name?: string } {
  return name.trim() === "" ? {} : { name: name.trim() };
}

type Start = Parameters<typeof api.startConversation>[0]["body"];

/** One client id per dialog: pressed twice, it is one message. */
function useStart(onClose: () => void) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [clientId] = useState(() => crypto.randomUUID());
  return useMutation({
    mutationFn: (body: Omit<Start, "clientId">) => api.startConversation({ body: { ...body, clientId } }),
    onSuccess: ({ conversationId }) => {
      void client.invalidateQueries({ queryKey: ["conversations"] });
      onClose();
      void navigate({ to: "/inbox/$view/$conversationId", params: { view: "mine", conversationId } });
    },
  });
}
