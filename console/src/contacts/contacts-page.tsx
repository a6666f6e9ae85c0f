import { ActionIcon, Button, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconAddressBook, IconPencil, IconSearch, IconX } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { ContactRow } from "../../../contract/contacts.ts";
import { useMay } from "../api/me.ts";
import { useEndReached } from "../inbox/list/use-end-reached.ts";
import { NewChat } from "../inbox/new-chat/new-chat.tsx";
import { readPhone } from "../inbox/new-chat/read-phone.ts";
import { Card, Page } from "../pieces/page.tsx";
import { EmptyState, ErrorState, SkeletonRows } from "../pieces/states.tsx";
import { useText } from "../texts/text-context.tsx";
import { ContactDetails } from "./contact-details.tsx";
import { ContactLine } from "./contact-line.tsx";
import css from "./contacts.module.css";
import { contactsQuery } from "./contacts-query.ts";

/** Everyone the reader may see, newest first; found by a whole phone number. */
export function ContactsPage() {
  const { t } = useText();
  const may = useMay();
  const [typed, setTyped] = useState("");
  const [shown, setShown] = useState<ContactRow>();
  const [writing, { open, close }] = useDisclosure(false);
  const phone = readPhone(typed);
  return (
    <Page
      title={t("contacts.title")}
      actions={
        may("message.send") ? (
          <Button variant="default" leftSection={<IconPencil size={16} stroke={1.6} />} onClick={open}>
            {t("inbox.newChat")}
          </Button>
        ) : null
      }
    >
      <TextInput
        className={css.search}
        value={typed}
        type="search"
        inputMode="tel"
        autoComplete="off"
        maxLength={32}
        dir={typed === "" ? undefined : "ltr"}
        placeholder={t("contacts.search")}
        aria-label={t("contacts.search")}
        description={typed !== "" && phone === undefined ? t("contacts.searchHint") : undefined}
        leftSection={<IconSearch size={16} stroke={1.6} />}
        rightSection={
          typed === "" ? null : (
            <ActionIcon size={24} aria-label={t("contacts.clear")} onClick={() => setTyped("")}>
              <IconX size={14} stroke={1.8} />
            </ActionIcon>
          )
        }
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      <Card>
        <ContactList key={phone ?? ""} phone={phone} onShow={setShown} onWrite={open} />
      </Card>
      <NewChat opened={writing} onClose={close} {...(phone === undefined ? {} : { phone })} />
      <ContactDetails contact={shown} onClose={() => setShown(undefined)} />
    </Page>
  );
}

interface ContactListProps {
  readonly phone: string | undefined;
  readonly onShow: (contact: ContactRow) => void;
  readonly onWrite: () => void;
}

function ContactList({ phone, onShow, onWrite }: ContactListProps) {
  const { t } = useText();
  const list = useInfiniteQuery(contactsQuery(phone));
  const end = useEndReached(() => {
    if (list.hasNextPage && !list.isFetchingNextPage) void list.fetchNextPage();
  });
  if (list.isPending) return <SkeletonRows rows={6} />;
  if (list.isError && list.data === undefined)
    return <ErrorState error={list.error} title={t("contacts.failed")} onRetry={() => void list.refetch()} />;
  const contacts = list.data?.pages.flatMap((page) => page.contacts) ?? [];
  if (contacts.length === 0) return <NoContacts phone={phone} onWrite={onWrite} />;
  return (
    <>
      <ul>
        {contacts.map((contact) => (
          <li key={contact.id} className={css.item}>
            <ContactLine contact={contact} onShow={() => onShow(contact)} />
          </li>
        ))}
      </ul>
      {list.isFetchingNextPage ? <SkeletonRows rows={2} /> : null}
      {list.isFetchNextPageError ? (
        <ErrorState error={list.error} onRetry={() => void list.fetchNextPage()} />
      ) : (
        <div ref={end} className={css.end} />
      )}
    </>
  );
}

function NoContacts({ phone, onWrite }: Pick<ContactListProps, "phone" | "onWrite">) {
  const { t } = useText();
  const may = useMay();
  const sought = phone !== undefined;
  return (
    <EmptyState
      icon={<IconAddressBook size={22} stroke={1.6} />}
      title={t(sought ? "contacts.notFound" : "contacts.none")}
      hint={t(sought ? "contacts.notFoundHint" : "contacts.noneHint")}
    >
      {sought && may("message.send") ? (
        <Button variant="default" onClick={onWrite}>
          {t("contacts.write")}
        </Button>
      ) : null}
    </EmptyState>
  );
}
