import type { Deeds, FirstAnswers, Work } from "./count-work.ts";

/** What is open now and what was done in the period: of a member in a team, or of the team. */
export interface Figures {
  readonly open: number;
  readonly waiting: number;
  readonly waitingSince: Date | null;
  readonly taken: number;
  readonly closed: number;
  readonly sent: number;
  readonly answered: number;
  /** Null where nothing was answered, and of a sum of several members: quantiles do not add up. */
  readonly firstAnswer: { readonly medianSeconds: number; readonly p90Seconds: number } | null;
}

export interface SummedUp {
  readonly total: Figures;
  /** Of one member; null: what nobody has taken. */
  of(memberId: string | null): Figures;
  /** Of everybody who is not listed. */
  ofOthers(listed: ReadonlySet<string>): Figures;
}

/** The work of one team; null: of no team. */
export function sumUp(work: Work, teamId: string | null): SummedUp {
  const own = <Row extends { readonly team_id: string | null }>(rows: readonly Row[]) =>
    rows.filter(({ team_id }) => team_id === teamId);
  const [open, taken, closed, sent] = [own(work.open), own(work.taken), own(work.closed), own(work.sent)];
  const answers = own(work.answers);
  const figures = (isOf: (memberId: string | null) => boolean, answer: FirstAnswers | undefined): Figures => {
    const theirs = open.filter(({ member_id }) => isOf(member_id));
    const since = theirs.flatMap(({ waiting_since }) => waiting_since?.getTime() ?? []);
    const deeds = (rows: readonly Deeds[]) =>
      rows.filter(({ member_id }) => isOf(member_id)).reduce((sum, row) => sum + row.deeds, 0);
    return {
      open: theirs.reduce((sum, row) => sum + row.open, 0),
      waiting: theirs.reduce((sum, row) => sum + row.waiting, 0),
      waitingSince: since.length === 0 ? null : new Date(Math.min(...since)),
      ...{ taken: deeds(taken), closed: deeds(closed), sent: deeds(sent) },
      answered: answers
        .filter(({ whole, member_id }) => !whole && isOf(member_id))
        .reduce((sum, row) => sum + row.answered, 0),
      firstAnswer: answer === undefined ? null : { medianSeconds: answer.median_s, p90Seconds: answer.p90_s },
    };
  };
  return {
    total: figures(
      () => true,
      answers.find(({ whole }) => whole),
    ),
    of: (memberId) =>
      figures(
        (id) => id === memberId,
        answers.find(({ whole, member_id }) => !whole && memberId !== null && member_id === memberId),
      ),
    ofOthers: (listed) => figures((id) => id !== null && !listed.has(id), undefined),
  };
}

export function isNothing({ open, taken, closed, sent, answered }: Figures): boolean {
  return open + taken + closed + sent + answered === 0;
}
