import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Failure } from "../components/state";
import { queries } from "../lib/query";
import { LockScreen } from "./lock-screen";
import { getState } from "./session";
import { SignInPage } from "./sign-in-page";

// Only what the first look needs is read before it; the rest follows while somebody types a passphrase.
const inside = async () => ({ default: (await import("./router")).Inside });
const Inside = lazy(inside);
const WelcomePage = lazy(async () => ({ default: (await import("./welcome-page")).WelcomePage }));

/** What index.html shows, until there is more to show. */
function Splash() {
  const { t } = useTranslation();
  return <p className="splash">{t("app.name")}</p>;
}

/** Shows nothing of the firm before somebody has signed in. A locked session keeps the page, and what was typed on it, behind the lock. */
export function Gate() {
  const state = useQuery({ queryKey: ["session"], queryFn: getState, refetchInterval: 20_000, staleTime: 0 });
  const [entered, setEntered] = useState(false);
  useEffect(() => {
    const ask = () => void queries.invalidateQueries({ queryKey: ["session"] });
    window.addEventListener("habilis:session", ask);
    return () => window.removeEventListener("habilis:session", ask);
  }, []);
  const known = state.data !== undefined;
  useEffect(() => {
    if (known) void inside();
  }, [known]);
  if (state.error && !state.data)
    return (
      <div className="gate">
        <main className="panel">
          <Failure error={state.error} retry={() => void state.refetch()} />
        </main>
      </div>
    );
  if (!state.data) return <Splash />;
  const again = () => {
    setEntered(true);
    void queries.resetQueries();
  };
  if (!state.data.setUp)
    return (
      <Suspense fallback={<Splash />}>
        <WelcomePage onDone={again} />
      </Suspense>
    );
  if (!state.data.signedIn) return <SignInPage onDone={again} ended={entered} />;
  return (
    <>
      <div inert={state.data.locked} style={{ height: "100%" }}>
        <Suspense fallback={<Splash />}>
          <Inside />
        </Suspense>
      </div>
      {state.data.locked && <LockScreen />}
    </>
  );
}
