import { Button, createTheme, type MantineColorsTuple } from "@mantine/core";

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

export const theme = createTheme({
  primaryColor: "teal",
  primaryShade: { light: 6, dark: 4 },
  colors: { teal },
  fontFamily: '"Inter Variable", system-ui, sans-serif',
  fontSizes: { xs: "12px", sm: "14px", md: "14px", lg: "16px", xl: "18px" },
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  components: { Button: Button.extend({ defaultProps: { variant: "filled" } }) },
});
