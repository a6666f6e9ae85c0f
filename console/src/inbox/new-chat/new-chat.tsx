import { Modal, Select, TextInput } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconDeviceMobile } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { PhoneNumber } from "../../../../contract/numbers.ts";
import { api } from "../../api/client.ts";
import { numbersQuery } from "../../api/queries.ts";
import { ProblemCallout } from "../../pieces/callout.tsx";
import { Ltr } from "../../pieces/ltr.tsx";
import { EmptyState } from "../../pieces/states.tsx";
import { useText } from "../../texts/text-context.tsx";
import { BELOW } from "../../theme/sizes.ts";
import { groupPhone } from "../contact/group-phone.ts";
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
  const [person, setPerson] = useState<Person>({ typed: known ?? "", name: "" });
  const number = numbers?.find(({ id }) => id === numberId) ?? numbers?.[0];
  const start = useStart(onClose);
  if (numbers === undefined) return null;
  if (number === undefined)
    return (
      <EmptyState
        icon={<IconDeviceMobile size={22} stroke={1.6} />}
        title={t("start.noNumber")}
        hint={t("start.noNumberHint")}
      />
    );
  const target = targetOf(to, person);
  const send = ({ template }: FilledTemplate) => {
    if (target !== undefined) start.mutate({ numberId: number.id, to: target, template });
  };
  const name = to?.name ?? person.name.trim();
  return (
    <div className={css.form}>
      <p className={css.explain}>{t("start.explain")}</p>
      <FromField numbers={numbers} number={number} onNumber={setNumberId} />
      {to === undefined ? <PersonFields person={person} onPerson={setPerson} /> : <KnownPerson to={to} />}
      <TemplateForm
        numberId={number.id}
        language={null}
        name={name === "" ? t("start.someone") : name}
        conversationId={null}
        busy={start.isPending}
        ready={target !== undefined}
        onSend={send}
      >
        <ProblemCallout error={start.error} />
      </TemplateForm>
    </div>
  );
}

interface Person {
  readonly typed: string;
  readonly name: string;
}

/** Whom the server is asked to write to; undefined while that is not known. */
function targetOf(to: NewChatTo | undefined, { typed, name }: Person): Start["to"] | undefined {
  if (to !== undefined) return { contactId: to.contactId };
  const phone = readPhone(typed);
  if (phone === undefined) return undefined;
  return name.trim() === "" ? { phone } : { phone, name: name.trim() };
}

function FromField(props: {
  readonly numbers: readonly PhoneNumber[];
  readonly number: PhoneNumber;
  readonly onNumber: (id: string) => void;
}) {
  const { t } = useText();
  if (props.numbers.length < 2) return null;
  return (
    <Select
      label={t("start.from")}
      value={props.number.id}
      data={props.numbers.map((one) => ({
        value: one.id,
        label: `${one.verifiedName} · \u2066${one.displayPhoneNumber}\u2069`,
      }))}
      allowDeselect={false}
      onChange={(id) => {
        if (id !== null) props.onNumber(id);
      }}
    />
  );
}

function PersonFields(props: { readonly person: Person; readonly onPerson: (person: Person) => void }) {
  const { t } = useText();
  const { person, onPerson } = props;
  const [touched, setTouched] = useState(false);
  const wrong = touched && person.typed !== "" && readPhone(person.typed) === undefined;
  return (
    <div className={css.person}>
      <TextInput
        label={t("start.phone")}
        description={t("start.phoneHint", { example: "+966\u00a050\u00a0123\u00a04567" })}
        value={person.typed}
        type="tel"
        inputMode="tel"
        autoComplete="off"
        maxLength={32}
        dir={person.typed === "" ? undefined : "ltr"}
        data-autofocus
        error={wrong ? t("start.phoneWrong") : undefined}
        onBlur={() => setTouched(true)}
        onChange={(event) => onPerson({ ...person, typed: event.currentTarget.value })}
      />
      <TextInput
        label={t("start.name")}
        description={t("start.nameHint")}
        value={person.name}
        autoComplete="off"
        maxLength={80}
        dir={person.name === "" ? undefined : "auto"}
        onChange={(event) => onPerson({ ...person, name: event.currentTarget.value })}
      />
    </div>
  );
}

function KnownPerson({ to }: { readonly to: NewChatTo }) {
  const { t } = useText();
  return (
    <p className={css.to}>
      <span className={css.label}>{t("start.to")}</span> <bdi>{to.name}</bdi>{" "}
      {to.phone === null ? null : <Ltr>{groupPhone(to.phone)}</Ltr>}
    </p>
  );
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
