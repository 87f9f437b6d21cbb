import { MantineProvider } from "@mantine/core";
import "@fontsource-variable/inter";
import "./mantine.css";
import "@mantine/dates/styles.css";
import { QueryClientProvider } from "@tanstack/react-query";
import "dayjs/locale/fr";
import { StrictMode, useMemo } from "react";
import { createRoot } from "react-dom/client";
import { useTranslation } from "react-i18next";
import { Gate } from "./app/gate";
import "./i18n";
import { queries } from "./lib/query";
import "./theme.css";
import { themeFor } from "./theme";

const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";

(window as { __webpack_nonce__?: string }).__webpack_nonce__ = nonce; // where the library that holds the page still under a dialog looks for it

// A file dropped on the window must not replace the page.
for (const name of ["dragover", "drop"] as const) window.addEventListener(name, (event) => event.preventDefault());

function Habilis() {
  const { t } = useTranslation();
  const theme = useMemo(() => themeFor(t), [t]);
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={() => nonce}>
      <QueryClientProvider client={queries}>
        <Gate />
      </QueryClientProvider>
    </MantineProvider>
  );
}

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <Habilis />
    </StrictMode>,
  );
}
