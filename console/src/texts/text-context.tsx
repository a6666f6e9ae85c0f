import { useDirection } from "@mantine/core";
import { createContext, Fragment, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import type { Language } from "../../../contract/basics.ts";
import type { Values } from "./catalogue.ts";
import type { English } from "./en.ts";
import { type Formats, formatsOf } from "./formats.ts";
import { rememberLanguage } from "./language-choice.ts";
import { loadTexts } from "./load-texts.ts";
import { split, type TextKey, type Texts, type Translate, translator } from "./translate.ts";

export interface TextTools {
  readonly language: Language;
  readonly t: Translate;
  /** As `t`, with elements as values: a phone number in `<Ltr>`, a link. */
  readonly rich: <K extends TextKey>(key: K, ...values: Values<English[K], ReactNode>) => ReactNode;
  /** The text of a key known only at run time (a code of the API), if there is one; for texts without placeholders. */
  readonly find: (key: string) => string | undefined;
  /** Loads the language, mirrors the page, and keeps the choice on this device. */
  readonly setLanguage: (language: Language) => Promise<void>;
}

const TextContext = createContext<TextTools | undefined>(undefined);
const ZoneContext = createContext<string | undefined>(undefined);

export interface LoadedTexts {
  readonly language: Language;
  readonly texts: Texts;
}

/** Gives the texts of one language to all below, and the page its language and direction. */
export function TextProvider(props: { readonly initial: LoadedTexts; readonly children: ReactNode }) {
  const [{ language, texts }, setLoaded] = useState(props.initial);
  const { setDirection } = useDirection();
  useEffect(() => {
    document.documentElement.lang = language;
    setDirection(language === "ar" ? "rtl" : "ltr");
  }, [language, setDirection]);
  const tools = useMemo<TextTools>(
    () => ({
      language,
      t: translator(language, texts),
      rich: (key, ...[values]) =>
        split<ReactNode>(language, texts[key], values ?? {}).map((part, index) =>
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text never move
          typeof part === "string" ? part : <Fragment key={index}>{part.value}</Fragment>,
        ),
      find(key) {
        const found = Object.hasOwn(texts, key) ? texts[key as TextKey] : undefined;
        return typeof found === "string" ? found : undefined;
      },
      async setLanguage(next) {
        const loaded = await loadTexts(next);
        rememberLanguage(next);
        setLoaded({ language: next, texts: loaded });
      },
    }),
    [language, texts],
  );
  return <TextContext value={tools}>{props.children}</TextContext>;
}

/** The workspace's time zone for all times below. */
export function TimeZone(props: { readonly name: string; readonly children: ReactNode }) {
  return <ZoneContext value={props.name}>{props.children}</ZoneContext>;
}

/** `const { t } = useText(); t("inbox.title")` */
export function useText(): TextTools {
  const tools = useContext(TextContext);
  if (tools === undefined) throw new Error("useText outside TextProvider");
  return tools;
}

/** Times and amounts in the language shown and the workspace's time zone (the browser's before sign-in). */
export function useFormats(): Formats {
  const { language, t } = useText();
  const zone = useContext(ZoneContext);
  return useMemo(
    () => formatsOf(language, zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone, t),
    [language, zone, t],
  );
}
