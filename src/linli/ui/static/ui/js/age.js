// Says how old the data of a page is: "12 seconds ago", counted from when it arrived, so that a
// wrong clock on the device does no harm. data-age holds the words with "0" for the number;
// after data-age-stale seconds the element is marked, and CSS makes it plain to see.

const arrived = new Map();

function say(node, seconds) {
  const inMinutes = seconds >= 90;
  const number = inMinutes ? Math.round(seconds / 60) : seconds;
  const words = inMinutes ? node.dataset.ageMinutes : node.dataset.ageSeconds;
  node.textContent = words.replace("0", String(number));
  node.toggleAttribute("data-stale", seconds > Number(node.dataset.ageStale || 180));
}

function tick() {
  const now = performance.now();
  for (const node of document.querySelectorAll("[data-age]")) {
    const key = node.dataset.age;
    if (!arrived.has(key)) {
      arrived.clear();
      arrived.set(key, now);
    }
    say(node, Math.round((now - arrived.get(key)) / 1000));
  }
}

tick();
setInterval(tick, 1000);
