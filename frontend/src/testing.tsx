import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render } from "@testing-library/react";
import i18next from "i18next";
import type { ReactNode } from "react";
import { createMemoryRouter, RouterProvider, type RouteObject } from "react-router";
import { vi } from "vitest";
import "./i18n";

/** What a browser has and the tests' does not. */
export function likeABrowser(): void {
  const media = (query: string) => ({ matches: false, media: query, addEventListener: vi.fn(), removeEventListener: vi.fn() });
  const none = class {
    observe() {}
    unobserve() {}
    disconnect() {}
  };
  window.matchMedia ??= media as never;
  window.ResizeObserver ??= none as never;
  Element.prototype.scrollTo ??= (() => undefined) as never;
  Element.prototype.scrollIntoView ??= () => undefined;
  void i18next.changeLanguage("fr");
}

/** Shows pages as the program does, at an address. */
export function showAt(address: string, routes: RouteObject[]) {
  const router = createMemoryRouter(routes, { initialEntries: [address] });
  render(
    <MantineProvider env="test">
      <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>,
  );
  return router;
}

/** Shows one component. */
export const show = (element: ReactNode) => showAt("/", [{ path: "*", element }]);
