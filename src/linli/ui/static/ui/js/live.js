// Keeps parts of a page fresh. The server only says "changed"; the page is then asked for again
// and every element with data-live-refresh and an id is replaced. No EventSource, or a broken
// one: ask every 20 s, slower after errors. Nothing runs while the tab is hidden.

const POLL_MS = 20000;
const MAX_MS = 5 * 60000;
const SETTLE_MS = 400;

let source = null;
let timer = 0;
let wait = POLL_MS;
let busy = false;
let again = false;
let stale = false;

const url = () => document.body.dataset.liveUrl;

// Words that somebody has typed and not yet sent must survive the refresh.
function hasUnsent(element) {
  return [...element.querySelectorAll("textarea,input[type=text],input[type=search]")].some(
    (one) => one.value !== one.defaultValue,
  );
}

function isBeingEdited(element) {
  if (hasUnsent(element)) return true;
  const active = document.activeElement;
  if (!active || !element.contains(active)) return false;
  return active.matches("input:not([type=button],[type=submit]),textarea,select");
}

function keepState(old) {
  const active = document.activeElement;
  return {
    focus: active && old.contains(active) ? pathOf(active, old) : null,
    open: [...old.querySelectorAll("details")].map((one) => one.open),
    scroll: old.scrollTop,
  };
}

function pathOf(node, root) {
  if (node.id) return { id: node.id };
  if (node === root) return { steps: [] };
  const steps = [];
  for (let at = node; at !== root; at = at.parentElement) {
    steps.unshift([...at.parentElement.children].indexOf(at));
  }
  const href = node.getAttribute("href");
  return { href, steps };
}

function find(path, root) {
  if (!path) return null;
  if (path.id) return document.getElementById(path.id);
  const same = path.steps?.reduce((at, index) => at?.children[index], root);
  if (same && same.getAttribute("href") === path.href) return same;
  // The row moved up or down: look for the same link elsewhere.
  const links = [...root.querySelectorAll("a[href]")];
  return links.find((link) => link.getAttribute("href") === path.href) || same || null;
}

function replace(fresh) {
  for (const old of document.querySelectorAll("[data-live-refresh][id]")) {
    const next = fresh.getElementById(old.id);
    if (!next || isBeingEdited(old) || next.isEqualNode(old)) continue;
    const state = keepState(old);
    const node = document.importNode(next, true);
    old.replaceWith(node);
    [...node.querySelectorAll("details")].forEach((one, index) => {
      if (state.open[index] !== undefined) one.open = state.open[index];
    });
    node.scrollTop = state.scroll;
    find(state.focus, node)?.focus({ preventScroll: true });
    window.htmx?.process?.(node);
    node.dispatchEvent(new CustomEvent("linli:refreshed", { bubbles: true }));
  }
}

async function refresh() {
  if (document.hidden) {
    stale = true;
    return;
  }
  if (busy) {
    again = true;
    return;
  }
  busy = true;
  try {
    const answer = await fetch(location.href, {
      headers: { "X-Linli-Live": "1" },
      credentials: "same-origin",
      cache: "no-store",
    });
    // A redirect means signed out or moved: leave the page as it is, the next click will tell.
    if (answer.ok && !answer.redirected) {
      replace(new DOMParser().parseFromString(await answer.text(), "text/html"));
      wait = POLL_MS;
    } else {
      wait = Math.min(wait * 2, MAX_MS);
    }
  } catch {
    wait = Math.min(wait * 2, MAX_MS);
  } finally {
    busy = false;
    stale = false;
    if (again) {
      again = false;
      setTimeout(refresh, SETTLE_MS);
    }
  }
}

function poll() {
  clearTimeout(timer);
  if (document.hidden) return;
  timer = setTimeout(async () => {
    await refresh();
    poll();
  }, wait);
}

let pending = 0;
function changed() {
  // Several changes in one moment are one refresh.
  clearTimeout(pending);
  pending = setTimeout(refresh, SETTLE_MS);
}

function listen() {
  if (!("EventSource" in window)) {
    poll();
    return;
  }
  source = new EventSource(url());
  source.addEventListener("open", () => {
    clearTimeout(timer);
    wait = POLL_MS;
  });
  source.addEventListener("changed", changed);
  source.addEventListener("error", () => {
    // CONNECTING: the browser tries again by itself; meanwhile, ask now and then.
    if (source.readyState === EventSource.CLOSED) source = null;
    poll();
  });
}

function stop() {
  source?.close();
  source = null;
  clearTimeout(timer);
}

// A page that is looked at for days asks now and then even when nothing is said to have changed.
const every = Number(document.querySelector("[data-live-every]")?.dataset.liveEvery) || 0;
if (every) setInterval(refresh, every * 1000);

if (url()) {
  listen();
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      stop();
      stale = true;
    } else {
      if (stale) refresh();
      listen();
    }
  });
  window.addEventListener("pagehide", stop);
}
