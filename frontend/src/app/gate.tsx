import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Failure } from "../components/state";
import { queries, refresh } from "../lib/query";
import { told } from "../lib/told";
import { unsaved } from "../lib/unsaved";
import { LockScreen } from "./lock-screen";
import { Aside } from "./aside";
import { getMe } from "../api/firm";
import { watchHands } from "../api/here";
import { getState, listen } from "../api/session";
import { SignInPage } from "./sign-in-page";
import { Silent } from "./silent";

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
  const state = useQuery({ queryKey: ["session"], queryFn: getState, staleTime: 0 });
  const [entered, setEntered] = useState(false);
  const [kept, setKept] = useState({ page: 0, there: false }); // the page of who was signed in last
  const drop = useCallback(() => {
    setKept((old) => ({ ...old, there: false }));
  }, []);
  useEffect(() => {
    const ask = (event: Event) => {
      if ((event as CustomEvent<string>).detail === "session.expired") drop();
      void queries.invalidateQueries({ queryKey: ["session"] });
    };
    window.addEventListener("habilis:session", ask);
    window.addEventListener("habilis:forget", drop);
    return () => {
      window.removeEventListener("habilis:session", ask);
      window.removeEventListener("habilis:forget", drop);
    };
  }, [drop]);
  const signedIn = state.data?.signedIn ?? false;
  if (signedIn && !kept.there) setKept({ page: kept.page + 1, there: true });
  useEffect(listen, []);
  const open = signedIn && !state.data?.locked;
  useEffect(() => (open ? watchHands() : undefined), [open]);
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
        <WelcomePage families={state.data.families} onDone={again} />
      </Suspense>
    );
  const back = async () => {
    const before = queries.getQueryData<{ id: number }>(["me"])?.id;
    const now = await getMe().catch(() => undefined);
    setEntered(true);
    if (kept.there && before !== undefined && now?.id === before) {
      await refresh(); // the session with all else: a reset would take the page away
      return;
    }
    drop(); // somebody else: what was typed before is not theirs
    unsaved.clear();
    told.clear();
    queries.removeQueries({ predicate: (q) => q.queryKey[0] !== "session" });
    await queries.invalidateQueries({ queryKey: ["session"] });
  };
  return (
    <>
      <Silent />
      {kept.there && (
        <Aside key={kept.page} away={!signedIn || state.data.locked}>
          <Suspense fallback={<Splash />}>
            <Inside />
          </Suspense>
        </Aside>
      )}
      {!signedIn && <SignInPage onDone={() => void back()} ended={entered || kept.there} sample={state.data.sample} />}
      {signedIn && state.data.locked && <LockScreen sample={state.data.sample} />}
    </>
  );
}
