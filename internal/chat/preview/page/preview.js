"use strict";

// The page holds no state but the conversation's name: the bot remembers the rest.
let session = crypto.randomUUID();
let waiting = Promise.resolve(); // replies are shown in the order of the questions

const form = document.getElementById("form");
const input = document.getElementById("text");
const plain = document.getElementById("plain");
const problem = document.getElementById("problem");
const views = [...document.querySelectorAll(".view")];
const logs = views.map((view) => view.querySelector(".log"));

function element(name, className, text) {
  const e = document.createElement(name);
  e.className = className;
  if (text !== undefined) e.textContent = text;
  return e;
}

// message makes one message; fill puts what was said into its text.
function message(who, fill) {
  const m = element("article", "message " + who);
  const text = element("div", "text");
  const time = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  fill(text);
  m.append(element("b", "name", who === "bot" ? "Meridian" : "Patient"), element("small", "time", time), text);
  return m;
}

function say(text) {
  return logs.map((log) => {
    const m = message("patient", (t) => { t.textContent = text; });
    log.append(m);
    return m;
  });
}

// typing shows that the bot is writing, and returns what takes that away.
function typing() {
  const dots = logs.map((log) => {
    const d = element("div", "typing");
    d.ariaHidden = "true";
    d.append(element("i", ""), element("i", ""), element("i", ""));
    log.append(d);
    log.scrollTop = log.scrollHeight;
    return d;
  });
  return () => dots.forEach((d) => d.remove());
}

function show(reply, questions) {
  reply.views.forEach((view, i) => {
    const log = logs[i];
    view.parts.forEach((html) => {
      const m = message("bot", (t) => { t.innerHTML = html; }); // made safe by the server
      m.lang = reply.lang;
      log.append(m);
    });
    if (reply.choices.length > 0) log.append(buttons(reply));
    // A long answer is read from its beginning.
    const first = questions[i];
    log.scrollTop = first ? first.offsetTop - 8 : 0;
  });
  plain.lang = reply.lang;
  plain.textContent = reply.plain;
}

function buttons(reply) {
  const row = element("div", "choices");
  row.lang = reply.lang;
  for (const choice of reply.choices) {
    const b = element("button", "choice", choice.label);
    b.type = "button";
    b.addEventListener("click", () => ask({ choice: choice.value }, choice.label));
    row.append(b);
  }
  return row;
}

async function post(body) {
  const response = await fetch("/ask", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(await response.text());
  return response.json();
}

// ask sends what the patient wrote or tapped; said is how it stands in the log.
function ask(body, said) {
  const questions = said ? say(said) : [];
  const asked = session;
  waiting = waiting.then(async () => {
    const stop = typing();
    try {
      const reply = await post({ session: asked, ...body });
      stop();
      if (asked === session) show(reply, questions);
      problem.hidden = true;
    } catch (error) {
      stop();
      problem.textContent = "No answer came. Is the bot still running? (" + error.message.trim() + ")";
      problem.hidden = false;
    }
  });
}

function start() {
  session = crypto.randomUUID();
  logs.forEach((log) => log.replaceChildren());
  plain.textContent = "";
  ask({ text: "/start" });
  input.focus();
}

function showTab(name) {
  views.forEach((view) => view.classList.toggle("shown", view.dataset.view === name));
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = input.value.trim();
  if (text === "") return;
  input.value = "";
  ask({ text }, text);
});
document.getElementById("restart").addEventListener("click", start);
document.querySelectorAll("#tabs input").forEach((tab) => {
  tab.addEventListener("change", () => showTab(tab.value));
  if (tab.checked) showTab(tab.value);
});
start();
