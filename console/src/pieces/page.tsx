import type { ReactNode } from "react";
import { classes } from "./classes.ts";
import css from "./page.module.css";

export interface PageProps {
  readonly title: string;
  readonly lede?: ReactNode;
  /** Buttons at the end of the title; at most one of them filled. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A page on paper, 960 px at most. */
export function Page(props: PageProps) {
  return (
    <div className={css.scroll}>
      <div className={css.body}>
        <PageHeader title={props.title} lede={props.lede} actions={props.actions} />
        {props.children}
      </div>
    </div>
  );
}

export function PageHeader(props: Omit<PageProps, "children">) {
  return (
    <header className={css.header}>
      <div className={css.words}>
        <h1 className={css.title}>{props.title}</h1>
        {props.lede === undefined ? null : <p className={css.lede}>{props.lede}</p>}
      </div>
      {props.actions === undefined ? null : <div className={css.actions}>{props.actions}</div>}
    </header>
  );
}

export interface SectionProps {
  readonly title: string;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

/** A titled part of a page. */
export function Section(props: SectionProps) {
  return (
    <section className={css.section}>
      <div className={css.sectionHead}>
        <h2 className={css.sectionTitle}>{props.title}</h2>
        {props.aside === undefined ? null : <div className={css.aside}>{props.aside}</div>}
      </div>
      {props.children}
    </section>
  );
}

/** A surface with a line around it. */
export function Card(props: { readonly padded?: boolean; readonly children: ReactNode }) {
  return <div className={classes(css.card, props.padded === true && css.padded)}>{props.children}</div>;
}
