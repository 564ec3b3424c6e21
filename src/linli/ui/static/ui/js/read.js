// "Read to me": the device reads the main part of the page aloud. Without a voice in the page's
// language the button stays hidden.

const speech = window.speechSynthesis;

function textOf(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT, {
    acceptNode: (node) => {
      const parent = node.parentElement;
      if (!node.data.trim() || parent.closest("[aria-hidden=true],script,[hidden]")) {
        return NodeFilter.FILTER_REJECT;
      }
      return NodeFilter.FILTER_ACCEPT;
    },
  });
  const parts = [];
  while (walker.nextNode()) parts.push(walker.currentNode.data.trim());
  return parts;
}

function setUp(button) {
  const label = button.querySelector("span");
  const start = label.textContent;
  let reading = false;
  const show = (now) => {
    reading = now;
    label.textContent = now ? button.dataset.stopLabel : start;
  };
  button.hidden = false;
  button.addEventListener("click", () => {
    speech.cancel();
    if (reading) {
      show(false);
      return;
    }
    show(true);
    const parts = textOf(document.querySelector(button.dataset.read));
    parts.forEach((part, index) => {
      const saying = new SpeechSynthesisUtterance(part);
      saying.lang = document.documentElement.lang === "zh-Hans" ? "zh-CN" : document.documentElement.lang;
      saying.rate = 0.85;
      if (index === parts.length - 1) saying.onend = () => show(false);
      speech.speak(saying);
    });
  });
}

if (speech) {
  for (const button of document.querySelectorAll("[data-read]")) setUp(button);
  window.addEventListener("pagehide", () => speech.cancel());
}
