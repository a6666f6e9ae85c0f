import { ActionIcon, Menu, Tooltip } from "@mantine/core";
import { useDisclosure, useMediaQuery } from "@mantine/hooks";
import { IconAdjustmentsHorizontal, IconCheck, IconMessages, IconPencil } from "@tabler/icons-react";
import { Link, Outlet, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useMay } from "../api/me.ts";
import { classes } from "../pieces/classes.ts";
import { EmptyState } from "../pieces/states.tsx";
import { useText } from "../texts/text-context.tsx";
import { BELOW } from "../theme/sizes.ts";
import css from "./inbox-page.module.css";
import { ConversationList } from "./list/conversation-list.tsx";
import type { ListState } from "./list/list-query.ts";
import type { InboxView } from "./list/merge-rows.ts";
import { NewChat } from "./new-chat/new-chat.tsx";
import { TeamBand, TeamFilter } from "./team-filter.tsx";
import { useLiveInbox } from "./use-live-inbox.ts";
import { useShownCounts, useShownTeam } from "./use-shown-team.ts";

/** The list at the side, the chat beside it; on a phone one of them at a time. */
export function InboxPage() {
  const { view, conversationId } = useParams({ strict: false });
  const team = useShownTeam();
  const phone = useMediaQuery(BELOW.phone, undefined, { getInitialValueInEffect: false }) ?? false;
  const [state, setState] = useState<ListState>("open");
  const { t } = useText();
  useLiveInbox();
  const shownView = (view ?? "mine") as InboxView;
  const inChat = conversationId !== undefined;
  return (
    <div className={css.page}>
      {phone && inChat ? null : (
        <section className={css.list} aria-label={t("inbox.conversations")}>
          <ListHeader view={shownView} state={state} onState={setState} />
          {phone ? <ViewPills view={shownView} /> : null}
          <TeamBand />
          <ConversationList key={`${shownView} ${state} ${team}`} {...{ view: shownView, state, team }} />
        </section>
      )}
      {inChat ? <Outlet /> : phone ? null : <NothingChosen view={shownView} />}
    </div>
  );
}

/** Beside a list with chats: what goes here. Beside an empty one the list has said it all. */
function NothingChosen(props: { readonly view: InboxView }) {
  const { t } = useText();
  const counts = useShownCounts();
  return (
    <div className={css.nothing}>
      {counts?.[props.view] === 0 ? null : (
        <EmptyState
          icon={<IconMessages size={22} stroke={1.6} />}
          title={t("inbox.choose")}
          hint={t("inbox.chooseHint")}
        />
      )}
    </div>
  );
}

interface ListHeaderProps {
  readonly view: InboxView;
  readonly state: ListState;
  readonly onState: (state: ListState) => void;
}

function ListHeader({ view, state, onState }: ListHeaderProps) {
  const { t } = useText();
  const may = useMay();
  const [writing, { open, close }] = useDisclosure(false);
  const [filtering, setFiltering] = useState(false);
  const team = useShownTeam();
  return (
    <header className={css.bar}>
      <h1 className={css.title}>{t(`inbox.${view}`)}</h1>
      <Menu position="bottom-end" width={208} opened={filtering} onChange={setFiltering}>
        <Menu.Target>
          <ActionIcon
            aria-label={t("inbox.filter")}
            className={classes((state === "closed" || team !== undefined) && css.filtered)}
          >
            <IconAdjustmentsHorizontal size={18} stroke={1.6} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {(["open", "closed"] as const).map((one) => (
            <Menu.RadioItem
              key={one}
              value={one}
              checked={one === state}
              checkIcon={<IconCheck size={16} stroke={1.8} aria-hidden="true" />}
              closeMenuOnClick
              onChange={() => onState(one)}
            >
              {t(`inbox.${one}`)}
            </Menu.RadioItem>
          ))}
          <TeamFilter opened={filtering} />
        </Menu.Dropdown>
      </Menu>
      {may("message.send") ? (
        <Tooltip label={t("inbox.newChat")}>
          <ActionIcon aria-label={t("inbox.newChat")} onClick={open}>
            <IconPencil size={18} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
      ) : null}
      <NewChat opened={writing} onClose={close} />
    </header>
  );
}

/** The views as pills: on a phone there is no sidebar. */
function ViewPills(props: { readonly view: InboxView }) {
  const { t } = useText();
  const counts = useShownCounts();
  const views = (["mine", "unassigned", "all"] as const).filter(
    (view) => view !== "all" || typeof counts?.all === "number",
  );
  return (
    <nav className={css.pills} aria-label={t("inbox.views")}>
      {views.map((view) => (
        <Link
          key={view}
          to="/inbox/$view"
          params={{ view }}
          className={css.pill}
          {...(view === props.view ? { "aria-current": "page" as const } : {})}
        >
          {t(`inbox.${view}`)}
          {typeof counts?.[view] === "number" ? <span className={css.number}>{counts[view]}</span> : null}
        </Link>
      ))}
    </nav>
  );
}
