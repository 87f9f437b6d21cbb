import { useEffect } from "react";
import { store } from "./store";

/** What the page that is shown is called: in the breadcrumbs too. */
export const title = store("");

/** Names the window while a component is there, and gives it its former name back. */
export function useTitle(name: string) {
  useEffect(() => {
    const before = document.title;
    document.title = `${name} · Habilis`;
    return () => {
      document.title = before;
    };
  }, [name]);
}
