import {
  type CSSVariablesResolver,
  createTheme,
  type MantineColorsTuple,
  type MantineThemeOverride,
  mergeThemeOverrides,
} from "@mantine/core";
import controls from "./controls.module.css";

/** The brand: blue-black ink. Actions, selection, focus, our own bubbles. Never a severity. */
const ink: MantineColorsTuple = [
  "#f2f7ff",
  "#e5edff",
  "#c9d9ff",
  "#a4bcfb",
  "#809eef",
  "#6080de",
  "#4461be",
  "#3049a2",
  "#21357f",
  "#152358",
];

/** Critical and failing only. */
const red: MantineColorsTuple = [
  "#fff2f1",
  "#ffe5e2",
  "#ffc8c2",
  "#ffa098",
  "#f17770",
  "#de4d4b",
  "#bc272c",
  "#9f0015",
  "#7b0008",
  "#560004",
];

const gray: MantineColorsTuple = [
  "#f9f8f6",
  "#f4f3f1",
  "#e8e6e3",
  "#d9d8d4",
  "#b9bac0",
  "#888c96",
  "#656a78",
  "#4b5160",
  "#323848",
  "#1b2131",
];

/** From text (0) down to canvas (9), as Mantine expects. */
const dark: MantineColorsTuple = [
  "#ebedf1",
  "#b7bac3",
  "#9ea3ae",
  "#6c717f",
  "#3d4252",
  "#282c37",
  "#1d212c",
  "#141820",
  "#0f1219",
  "#0c0f16",
];

const fontFamily = "'Inter Variable', 'Noto Sans Arabic Variable', system-ui, sans-serif";

/** The tokens for Mantine. Our own CSS uses the `--wr-…` variables of tokens.css, never a shade of a palette. */
const latinTheme: MantineThemeOverride = createTheme({
  colors: { ink, red, gray, dark },
  primaryColor: "ink",
  primaryShade: { light: 7, dark: 6 },
  white: "#ffffff",
  black: "#1b2131",
  fontFamily,
  fontFamilyMonospace: "ui-monospace, 'SF Mono', Menlo, 'DejaVu Sans Mono', monospace",
  fontSmoothing: true,
  fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.875rem", lg: "0.9375rem", xl: "1.0625rem" },
  lineHeights: { xs: "1rem", sm: "1.1875rem", md: "1.3125rem", lg: "1.375rem", xl: "1.5rem" },
  spacing: { xs: "0.25rem", sm: "0.5rem", md: "0.75rem", lg: "1rem", xl: "1.5rem" },
  radius: { xs: "0.25rem", sm: "0.375rem", md: "0.5rem", lg: "0.75rem", xl: "1rem" },
  defaultRadius: "md",
  breakpoints: { xs: "30em", sm: "48em", md: "64em", lg: "80em", xl: "90em" },
  shadows: {
    xs: "var(--wr-shadow-1)",
    sm: "var(--wr-shadow-1)",
    md: "var(--wr-shadow-2)",
    lg: "var(--wr-shadow-3)",
    xl: "var(--wr-shadow-3)",
  },
  focusRing: "auto",
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    Button: {
      defaultProps: { size: "sm" },
      classNames: { root: controls.button, section: controls.section },
    },
    ActionIcon: {
      defaultProps: { variant: "subtle", color: "gray", size: 32 },
      classNames: { root: controls.icon },
    },
    Modal: {
      defaultProps: {
        radius: "xl",
        shadow: "lg",
        centered: true,
        padding: 24,
        withCloseButton: false,
        // Pages scroll in their panes, never as a whole; the lock would write a style element that the policy refuses.
        lockScroll: false,
        transitionProps: { transition: "fade", duration: 120 },
      },
      classNames: {
        content: controls.dialog,
        header: controls.dialogHeader,
        title: controls.dialogTitle,
        overlay: controls.overlay,
      },
    },
    Drawer: {
      defaultProps: { lockScroll: false, transitionProps: { duration: 160 } },
      classNames: { content: controls.drawer, overlay: controls.overlay },
    },
    Menu: {
      defaultProps: { radius: "lg", shadow: "md", transitionProps: { transition: "fade", duration: 80 } },
      classNames: {
        dropdown: controls.menu,
        item: controls.menuItem,
        itemSection: controls.menuSection,
        label: controls.menuLabel,
      },
    },
    Popover: {
      defaultProps: { radius: "lg", shadow: "md", transitionProps: { transition: "fade", duration: 80 } },
      classNames: { dropdown: controls.menu },
    },
    Tooltip: {
      defaultProps: { openDelay: 400, transitionProps: { transition: "fade", duration: 80 } },
      classNames: { tooltip: controls.tooltip },
    },
    InputWrapper: {
      classNames: { label: controls.label, description: controls.hint, error: controls.fault },
      defaultProps: { inputWrapperOrder: ["label", "input", "description", "error"] },
    },
    Input: { defaultProps: { size: "sm" }, classNames: { input: controls.input } },
    TextInput: { defaultProps: { size: "sm" } },
    PasswordInput: {
      defaultProps: { size: "sm" },
      classNames: { input: controls.input, innerInput: controls.innerInput },
    },
    Select: {
      defaultProps: { size: "sm", checkIconPosition: "right" },
      classNames: { dropdown: controls.menu, option: controls.option },
    },
    Textarea: { defaultProps: { size: "sm" } },
    Checkbox: {
      defaultProps: { size: "sm" },
      classNames: { label: controls.checkLabel, input: controls.check },
    },
    Radio: { classNames: { radio: controls.check } },
    SegmentedControl: {
      defaultProps: { size: "sm", withItemsBorders: false },
      classNames: { root: controls.segments, indicator: controls.segmentOn, label: controls.segment },
    },
  },
});

/** Arabic: about one pixel larger and a fifth more leading; weights and measures stay. */
const arabicTheme: MantineThemeOverride = mergeThemeOverrides(
  latinTheme,
  createTheme({
    fontSizes: { xs: "0.8125rem", sm: "0.875rem", md: "0.9375rem", lg: "1rem", xl: "1.125rem" },
    lineHeights: { xs: "1.25rem", sm: "1.375rem", md: "1.5625rem", lg: "1.6875rem", xl: "1.875rem" },
  }),
);

export function themeFor(language: "en" | "ar"): MantineThemeOverride {
  return language === "ar" ? arabicTheme : latinTheme;
}

const colours = {
  "--mantine-color-body": "var(--wr-surface)",
  "--mantine-color-text": "var(--wr-text)",
  "--mantine-color-dimmed": "var(--wr-text-2)",
  "--mantine-color-placeholder": "var(--wr-text-3)",
  "--mantine-color-anchor": "var(--wr-brand-text)",
  "--mantine-color-default": "var(--wr-raised)",
  "--mantine-color-default-hover": "var(--wr-hover)",
  "--mantine-color-default-color": "var(--wr-text)",
  "--mantine-color-default-border": "var(--wr-line-strong)",
  "--mantine-color-error": "var(--wr-critical-text)",
  "--mantine-color-ink-filled": "var(--wr-brand)",
  "--mantine-color-ink-filled-hover": "var(--wr-brand-hover)",
  "--mantine-color-red-filled": "var(--wr-critical-solid)",
  "--mantine-primary-color-filled": "var(--wr-brand)",
  "--mantine-primary-color-filled-hover": "var(--wr-brand-hover)",
};

/** Mantine's own variables, led back to ours, which know light and dark by themselves. */
export const cssVariables: CSSVariablesResolver = () => ({ variables: {}, light: colours, dark: colours });
