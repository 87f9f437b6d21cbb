"use strict";
// Stands in for what a window gives its pages, window.go and window.runtime: the generated bindings run unchanged in a browser.
(() => {
  const methods = __METHODS__;
  const kept = "habilis.seat";
  const printed = new URLSearchParams(location.search).get("jeton");
  if (printed) sessionStorage.setItem("habilis.jeton", printed);
  if (!localStorage.getItem("habilis.browser")) localStorage.setItem("habilis.browser", crypto.randomUUID());

  // What pages listen for, by name.
  const listeners = { changed: new Set() };
  const tell = (topics) => listeners.changed.forEach((listener) => listener(topics));

  // One tab of the browser follows what changes, and tells the others.
  const others = new BroadcastChannel("habilis");
  const share = (topics) => {
    others.postMessage(topics);
    tell(topics);
  };
  let wake = () => {};
  others.onmessage = ({ data }) => {
    tell(data);
    if (data.includes("seat")) wake();
  };
  const rest = (delay) =>
    new Promise((done) => {
      wake = done;
      setTimeout(done, delay);
    });

  // Reads the stream until it ends; one on which nothing comes any more, not even the lines that say nothing, is given up.
  const quiet = 20_000;
  const read = async (body, stop) => {
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    for (;;) {
      const late = setTimeout(() => stop.abort(), quiet);
      const { value, done } = await reader.read().finally(() => clearTimeout(late));
      if (done) return;
      text += value;
      const events = text.split("\n\n");
      text = events.pop();
      for (const event of events) if (event.startsWith("data: ")) share(JSON.parse(event.slice("data: ".length)));
    }
  };
  const follow = async () => {
    for (let missed = false; ; missed = true) {
      const token = localStorage.getItem(kept);
      let refused = !token;
      try {
        const stop = new AbortController();
        const answer = token && (await fetch("/changes", { headers: { "X-Habilis-Seat": token }, signal: stop.signal }));
        refused = !answer || answer.status === 401;
        if (answer?.ok) {
          if (missed) share(["all"]);
          await read(answer.body, stop);
        }
      } catch {
        // the program does not answer: the pages see so by themselves
      }
      if (!refused) share(["seat"]);
      if (localStorage.getItem(kept) === token) await rest(refused ? 60_000 : 3_000);
    }
  };
  navigator.locks.request("habilis", follow);

  let who = "";
  const send = async (name, args, signal) => {
    const headers = { "Content-Type": "application/json", "X-Habilis-Browser": localStorage.getItem("habilis.browser") };
    const shown = sessionStorage.getItem("habilis.jeton");
    if (shown) headers["X-Habilis-Shown"] = shown;
    const token = localStorage.getItem(kept);
    if (token) headers["X-Habilis-Seat"] = token;
    const response = await fetch("/rpc", { method: "POST", headers, body: JSON.stringify({ name, args, as: who }), signal });
    const answer = await response.json();
    if (answer.seat) localStorage.setItem(kept, answer.seat);
    if (answer.seat !== undefined) {
      others.postMessage(["seat"]);
      wake();
    }
    if (who && answer.who && answer.who !== who && answer.seat === undefined) {
      location.reload(); // somebody else is signed in at this browser now: nothing of the one before stays
      return new Promise(() => {});
    }
    who = answer.seat === undefined ? answer.who || who : answer.who;
    if (answer.error) throw new Error(answer.error);
    return answer.result;
  };
  window.go = {};
  for (const [path, names] of Object.entries(methods)) {
    const [pkg, handler] = path.split(".");
    window.go[pkg] ??= {};
    window.go[pkg][handler] = Object.fromEntries(
      names.map((name) => [
        name,
        (...args) => {
          const stop = new AbortController();
          return Object.assign(send(path + "." + name, args, stop.signal), { stop: () => stop.abort() });
        },
      ]),
    );
  }
  window.runtime = {
    ClipboardSetText: (text) => navigator.clipboard.writeText(text).then(() => true),
    BrowserOpenURL: (url) => window.open(url, "_blank", "noopener"),
    EventsOnMultiple: (name, listener) => {
      listeners[name].add(listener);
      return () => listeners[name].delete(listener);
    },
  };
})();
