import type { FormEvent, ReactNode } from "react";
import css from "./form.module.css";

export interface FormProps {
  readonly onSubmit: () => void;
  readonly children: ReactNode;
  /** For a button that stands outside the form: `<Button type="submit" form={id}>`. */
  readonly id?: string;
}

/** Fields under each other; Enter sends it, the browser never leaves the page. */
export function Form({ onSubmit, children, id }: FormProps) {
  const submit = (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation();
    onSubmit();
  };
  return (
    <form className={css.form} onSubmit={submit} id={id} noValidate>
      {children}
    </form>
  );
}

/** Two fields beside each other; under each other on phones. `span` lets one take both columns. */
export function Columns(props: { readonly children: ReactNode }) {
  return <div className={css.columns}>{props.children}</div>;
}

export function Wide(props: { readonly children: ReactNode }) {
  return <div className={css.wide}>{props.children}</div>;
}

/** Buttons at the end of a form. */
export function FormActions(props: { readonly children: ReactNode }) {
  return <div className={css.actions}>{props.children}</div>;
}
