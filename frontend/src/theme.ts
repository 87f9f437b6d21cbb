import { Button, createTheme, Menu, Modal, PasswordInput, type MantineColorsTuple } from "@mantine/core";
import { DateInput } from "@mantine/dates";
import type { TFunction } from "i18next";

const teal: MantineColorsTuple = [
  "#e5f2ef",
  "#c9e5df",
  "#9bd0c5",
  "#6bb9aa",
  "#46a493",
  "#2a8a79",
  "#0b6b5e",
  "#0a6054",
  "#084f45",
  "#063f37",
];

/** The theme; what the library names by itself, it names in the language of the page. */
export const themeFor = (t: TFunction) =>
  createTheme({
    primaryColor: "teal",
    primaryShade: { light: 6, dark: 4 },
    colors: { teal },
    fontFamily: '"Inter Variable", system-ui, sans-serif',
    fontSizes: { xs: "12px", sm: "14px", md: "14px", lg: "16px", xl: "18px" },
    defaultRadius: "md",
    cursorType: "pointer",
    respectReducedMotion: true,
    components: {
      Button: Button.extend({ defaultProps: { variant: "filled" } }),
      DateInput: DateInput.extend({ defaultProps: { clearButtonProps: { "aria-label": t("action.clear") } } }),
      Menu: Menu.extend({ defaultProps: { withInitialFocusPlaceholder: false, withinPortal: false } }),
      PasswordInput: PasswordInput.extend({ defaultProps: { visibilityToggleButtonProps: { "aria-label": t("action.show_passphrase") } } }),
      Modal: Modal.extend({
        defaultProps: { closeButtonProps: { "aria-label": t("action.close") }, attributes: { header: { role: "none" } } },
      }),
    },
  });
