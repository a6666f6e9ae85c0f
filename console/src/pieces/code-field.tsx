import { TextInput } from "@mantine/core";
import type { ReactNode } from "react";
import css from "./code-field.module.css";

export interface CodeFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (digits: string) => void;
  readonly hint?: ReactNode;
  readonly error?: ReactNode;
  readonly autoFocus?: boolean;
}

/** The six digits of an authenticator. Digits of any script and pasted spaces are understood. */
export function CodeField({ label, value, onChange, hint, error, autoFocus = false }: CodeFieldProps) {
  return (
    <TextInput
      label={label}
      value={value}
      onChange={(event) => onChange(sixDigits(event.currentTarget.value))}
      description={hint}
      error={error}
      data-autofocus={autoFocus}
      autoFocus={autoFocus}
      size="lg"
      dir="ltr"
      inputMode="numeric"
      autoComplete="one-time-code"
      maxLength={12}
      classNames={{ input: css.input, wrapper: css.wrapper }}
      required
      withAsterisk={false}
    />
  );
}

/** "١٢٣ ٤٥٦" is 123456. */
function sixDigits(text: string): string {
  const latin = text.replace(/[٠-٩۰-۹]/g, (digit) => String((digit.codePointAt(0) ?? 0) & 0xf));
  return latin.replace(/\D/g, "").slice(0, 6);
}
