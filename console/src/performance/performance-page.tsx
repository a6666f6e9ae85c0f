import { SegmentedControl, Select } from "@mantine/core";
import { IconUsersGroup } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { Performance, PerformancePeriod, TeamFigures } from "../../../contract/performance.ts";
import { useMe } from "../api/me.ts";
import { Card, Page } from "../pieces/page.tsx";
import { EmptyState, ErrorState, SkeletonRows } from "../pieces/states.tsx";
import { useTitle } from "../pieces/use-title.ts";
import { useText } from "../texts/text-context.tsx";
import css from "./performance.module.css";
import { PERIODS, performanceQuery } from "./performance-query.ts";
import { TeamSection } from "./team-section.tsx";

const route = getRouteApi("/signed-in/performance");

/** How teams are doing: one's own for a Team Lead, all for Admins and Owners. */
export function PerformancePage() {
  const { t } = useText();
  const me = useMe();
  useTitle(t("performance.title"));
  const { period = "today", team } = route.useSearch();
  const navigate = route.useNavigate();
  const figures = useQuery(performanceQuery(period));
  const show = (search: { period?: PerformancePeriod; team?: string | undefined }) =>
    void navigate({ search: (before) => ({ ...before, ...search }), replace: true });
  return (
    <Page
      title={t("performance.title")}
      lede={t("performance.lede", { zone: me.workspace.timeZone.replaceAll("_", " ") })}
    >
      <div className={css.controls}>
        <SegmentedControl
          aria-label={t("performance.period")}
          value={period}
          onChange={(value) => show({ period: value as PerformancePeriod })}
          data={PERIODS.map((value) => ({ value, label: t(`performance.${value}`) }))}
        />
        <TeamChoice teams={figures.data?.teams ?? []} team={team} onChange={(id) => show({ team: id })} />
      </div>
      {figures.isPending ? (
        <Card>
          <SkeletonRows rows={5} />
        </Card>
      ) : null}
      {figures.isError ? (
        <Card>
          <ErrorState error={figures.error} onRetry={() => void figures.refetch()} />
        </Card>
      ) : null}
      {figures.isSuccess ? <Teams figures={figures.data} team={team} /> : null}
    </Page>
  );
}

function TeamChoice(props: {
  readonly teams: readonly TeamFigures[];
  readonly team: string | undefined;
  readonly onChange: (team: string | undefined) => void;
}) {
  const { t } = useText();
  const named = props.teams.flatMap(({ team }) => team ?? []);
  if (props.teams.length < 2) return null;
  return (
    <Select
      aria-label={t("performance.team")}
      value={props.team ?? ""}
      onChange={(value) => props.onChange(value === "" || value === null ? undefined : value)}
      data={[
        { value: "", label: t("performance.allTeams") },
        ...named.map(({ id, name }) => ({ value: id, label: name })),
      ]}
      allowDeselect={false}
    />
  );
}

function Teams({ figures, team }: { readonly figures: Performance; readonly team: string | undefined }) {
  const { t } = useText();
  if (figures.teams.length === 0)
    return (
      <Card>
        <EmptyState
          icon={<IconUsersGroup size={22} stroke={1.6} />}
          title={t("performance.emptyTitle")}
          hint={t("performance.emptyHint")}
        />
      </Card>
    );
  const chosen = figures.teams.filter((one) => team !== undefined && one.team?.id === team);
  const shown = chosen.length === 0 ? figures.teams : chosen;
  const nameless = t(figures.teams.length === 1 ? "performance.everybody" : "performance.noTeam");
  return shown.map((one) => (
    <TeamSection key={one.team?.id ?? ""} title={one.team?.name ?? nameless} figures={one} />
  ));
}
