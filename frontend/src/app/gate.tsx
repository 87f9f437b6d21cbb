import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { RouterProvider } from "react-router";
import { Failure, Waiting } from "../components/state";
import { queries } from "../lib/query";
import { LockScreen } from "./lock-screen";
import { router } from "./router";
import { getState } from "./session";
import { SignInPage } from "./sign-in-page";
import { WelcomePage } from "./welcome-page";

/** Shows nothing of the firm before somebody has signed in. A locked session keeps the page, and what was typed on it, behind the lock. */
export function Gate() {
  const state = useQuery({ queryKey: ["session"], queryFn: getState, refetchInterval: 20_000, staleTime: 0 });
  const [entered, setEntered] = useState(false);
  useEffect(() => {
    const ask = () => void queries.invalidateQueries({ queryKey: ["session"] });
    window.addEventListener("habilis:session", ask);
    return () => window.removeEventListener("habilis:session", ask);
  }, []);
  if (state.error && !state.data)
    return (
      <div className="gate">
        <main className="panel">
          <Failure error={state.error} retry={() => void state.refetch()} />
        </main>
      </div>
    );
  if (!state.data) return <Waiting />;
  const again = () => {
    setEntered(true);
    void queries.resetQueries();
  };
  if (!state.data.setUp) return <WelcomePage onDone={again} />;
  if (!state.data.signedIn) return <SignInPage onDone={again} ended={entered} />;
  return (
    <>
      <div inert={state.data.locked} style={{ height: "100%" }}>
        <RouterProvider router={router} />
      </div>
      {state.data.locked && <LockScreen />}
    </>
  );
}
