// Single keys on the desk: J/K walk the list, Enter opens (the browser's own), ? shows the help,
// and any [data-key] element is pressed by its key. Silent while one types, with Ctrl/Alt/Meta,
// and when switched off (people who speak to their computer trip over single keys).

const SWITCH = "linli-keys-off";

function isOff() {
  try {
    return localStorage.getItem(SWITCH) === "1";
  } catch {
    return false;
  }
}

function isTyping(node) {
  return Boolean(node?.closest?.("input:not([type=checkbox],[type=radio],[type=button],[type=submit]),textarea,select,[contenteditable]"));
}

const rows = () => [...document.querySelectorAll("[data-row]")].filter((row) => row.offsetParent);

function walk(step) {
  const all = rows();
  if (!all.length) return;
  let at = all.indexOf(document.activeElement);
  if (at < 0) at = all.findIndex((row) => row.hasAttribute("aria-current"));
  const next = all[Math.min(all.length - 1, Math.max(0, at + step))];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

function press(key) {
  const target = [...document.querySelectorAll("[data-key]")].find(
    (node) => node.dataset.key.toLowerCase() === key && (node.matches("form") || node.offsetParent),
  );
  if (!target) return false;
  if (target.matches("form")) target.requestSubmit();
  else target.click();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
  if (isOff() || isTyping(event.target)) return;
  const help = document.getElementById("keys-help");
  if (help?.matches?.(":popover-open") && event.key !== "?") return;
  const key = event.key.toLowerCase();
  if (key === "?") help?.togglePopover?.();
  else if (press(key)) event.stopPropagation();
  else if (key === "j") walk(1);
  else if (key === "k") walk(-1);
  else return;
  event.preventDefault();
});

// With htmx only the detail is replaced: the mark of the open row moves here.
document.addEventListener("click", (event) => {
  const row = event.target.closest?.("[data-row][hx-get]");
  if (!row || event.ctrlKey || event.metaKey) return;
  for (const other of document.querySelectorAll("[data-row][aria-current]")) {
    other.removeAttribute("aria-current");
  }
  row.setAttribute("aria-current", "true");
  document.body.dataset.pane = "detail";
});

for (const box of document.querySelectorAll("[data-keys-switch]")) {
  box.checked = !isOff();
  box.addEventListener("change", () => {
    try {
      localStorage.setItem(SWITCH, box.checked ? "0" : "1");
    } catch {
      // Private windows may refuse; the switch then holds for nothing, and that is all.
    }
  });
}
