import { DirectionProvider, localStorageColorSchemeManager, MantineProvider } from "@mantine/core";
import { type QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { type ReactNode, StrictMode } from "react";
import type { createConsoleRouter } from "./routes/router.tsx";
import { StepUp } from "./step-up/step-up.tsx";
import { type LoadedTexts, TextProvider, useText } from "./texts/text-context.tsx";
import { cssVariables, themeFor } from "./theme/theme.ts";

export interface AppProps {
  readonly texts: LoadedTexts;
  readonly queryClient: QueryClient;
  readonly router: ReturnType<typeof createConsoleRouter>;
}

export function App({ texts, queryClient, router }: AppProps) {
  return (
    <StrictMode>
      <DirectionProvider initialDirection={texts.language === "ar" ? "rtl" : "ltr"} detectDirection={false}>
        <TextProvider initial={texts}>
          <Themed>
            <QueryClientProvider client={queryClient}>
              <RouterProvider router={router} />
              <StepUp />
            </QueryClientProvider>
          </Themed>
        </TextProvider>
      </DirectionProvider>
    </StrictMode>
  );
}

function Themed(props: { readonly children: ReactNode }) {
  const { language } = useText();
  return (
    <MantineProvider
      theme={themeFor(language)}
      cssVariablesResolver={cssVariables}
      colorSchemeManager={localStorageColorSchemeManager({ key: "wardroom.appearance" })}
      defaultColorScheme="auto"
      getStyleNonce={styleNonce}
    >
      {props.children}
    </MantineProvider>
  );
}

/** The server's for this answer; without it the browser refuses Mantine's style sheets. */
function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>("meta[name=csp-nonce]")?.content ?? "";
}
