// The page: where you are, who you are, what is said there, and what time it is in the workspace.

import { get, post } from "./api.js";
import { drawBlocks } from "./blocks.js";
import { linkNames, wireComposer, wireHints } from "./composer.js";
import { drawMessage, starters } from "./messages.js";
import { wireModal } from "./modal.js";
import { formatted, make } from "./mrkdwn.js";

const byId = (id) => document.getElementById(id);
const here = { me: sessionStorage.getItem("me"), place: "general", thread: null, awaiting: null };
const seen = new Map();
let workspace = null;
let ahead = 0;

const person = () => workspace.users.find((user) => user.id === here.me) ?? workspace.users[0];
const mayDelete = (message) => !message.ephemeral_to && (message.user === here.me || person().is_admin);
const reader = () => ({
  zone: person().tz,
  locale: person().locale,
  now: () => new Date(Date.now() + ahead),
  people: () => workspace.users.filter((user) => !user.deleted),
  channels: () => workspace.channels.filter((channel) => !channel.is_archived),
  userName: (id) => [...workspace.users, workspace.bot].find((user) => user.id === id)?.name,
  channelName: (id) => workspace.channels.find((channel) => channel.id === id)?.name,
});

async function tell(action) {
  try {
    const answer = await action();
    complain(answer?.text && answer.error ? answer.text : "");
    return answer;
  } catch (error) {
    complain(error.message);
    return null;
  }
}

function complain(words) {
  // Behind an open modal nobody would read it.
  byId("modal-alert").textContent = words;
  byId("alert-text").textContent = words;
  byId("alert").hidden = !words;
}

async function refresh() {
  workspace = await get("state");
  ahead = Date.parse(workspace.now) - Date.now();
  here.me = person().id;
  drawMe();
  drawPlaces();
  await Promise.all([drawPlace(), refreshModal()]);
  await drawThread();
}

function drawMe() {
  const name = (user) => `${user.real_name}${user.deleted ? " (deactivated)" : ""}`;
  const options = workspace.users.map((user) =>
    make("option", { value: user.id, selected: user.id === here.me }, name(user)));
  const shown = [...byId("me").options].map((option) => option.text).join();
  if (shown !== workspace.users.map(name).join()) byId("me").replaceChildren(...options);
  byId("leave").textContent = `${person().deleted ? "Reactivate" : "Deactivate"} ${person().real_name}`;
}

function drawPlaces() {
  const direct = { key: "dm", label: "Direct message", latest: workspace.direct_latest[here.me] };
  byId("apps").replaceChildren(placeItem(direct), placeItem({ key: "home", label: "App Home" }));
  byId("channels").replaceChildren(...workspace.channels.map((channel) =>
    placeItem({ key: channel.name, label: `# ${channel.name}`, note: noteOn(channel), latest: channel.latest })));
}

function noteOn(channel) {
  if (channel.is_archived) return "archived";
  if (!channel.is_member) return "without Candor";
  return channel.is_private ? "private" : null;
}

function placeItem({ key, label, note, latest }) {
  const current = here.place === key;
  const mark = `${here.me}/${key}`;
  if (current || !seen.has(mark)) seen.set(mark, latest ?? "");
  const unread = (latest ?? "") > seen.get(mark);
  return make("li", {},
    make("button", { type: "button", class: unread ? "unread" : null, "aria-current": current ? "page" : null,
      onclick: () => go(key) },
    label,
    note ? make("span", { class: "quiet" }, note) : null,
    unread ? make("span", { class: "dot" }, make("span", { class: "hidden" }, "new messages")) : null));
}

async function go(place, thread = null) {
  Object.assign(here, { place, thread, awaiting: null });
  complain("");
  if (place === "home" && !person().deleted) await tell(() => get("home", { user: here.me }));
  await tell(refresh);
  if (place !== "home") byId("composer-text").focus();
}

async function drawPlace() {
  const channel = workspace.channels.find((each) => each.name === here.place);
  const titles = { dm: "Direct message with Candor", home: "Candor: App Home" };
  byId("title").textContent = titles[here.place] ?? `# ${channel.name}`;
  document.title = `${byId("title").textContent} · Candor, local workspace`;
  byId("home").hidden = here.place !== "home";
  byId("log").hidden = here.place === "home";
  drawClosed(channel);
  if (here.place === "home") return drawHome();
  byId("composer-text").placeholder = channel ? `Message #${channel.name}; mention @candor to ask` : "Message Candor";
  const { messages } = await get("messages", { channel: here.place, user: here.me });
  openAnswer(messages);
  const welcome = () => starters(workspace, channel, (text) => send(text));
  fill(byId("log"), messages, `${here.me}/${here.place}`, { canOpen: true, welcome });
}

function drawClosed(channel) {
  const gone = person().deleted;
  const outside = channel && !channel.is_member && !channel.is_archived && !gone;
  byId("composer").hidden = here.place === "home" || Boolean(channel?.is_archived) || gone;
  byId("reply").hidden = gone;
  byId("closed").hidden = !gone && !outside && !channel?.is_archived;
  if (gone) byId("closed").replaceChildren(`${person().real_name} was deactivated and can do nothing here.`);
  else if (channel?.is_archived) byId("closed").replaceChildren("This channel is archived: nobody can write in it.");
  if (outside) {
    const invite = () => tell(() => post("invite", { user: here.me, channel: channel.name }));
    byId("closed").replaceChildren("Candor is not in this channel and does not read it. ",
      make("button", { type: "button", onclick: invite }, "Invite Candor"));
  }
}

async function drawHome() {
  const { view } = await get("home", { user: here.me, peek: 1 });
  const act = (element, value, block) => tell(() =>
    post("click", { user: here.me, view_id: view.id, action_id: element.action_id, block_id: block, value }));
  const empty = make("p", { class: "quiet" }, "Candor has not published a Home tab for you yet.");
  byId("home").replaceChildren(...(view ? drawBlocks(view.blocks, reader(), act, view.state.values) : [empty]));
}

async function drawThread() {
  byId("thread").hidden = !here.thread;
  byId("rooms").classList.toggle("with-thread", Boolean(here.thread));
  if (!here.thread) return;
  const { messages } = await get("messages", { channel: here.place, user: here.me, thread_ts: here.thread });
  fill(byId("thread-log"), messages, `${here.me}/${here.place}/${here.thread}`, { canOpen: false });
}

function fill(log, messages, place, { canOpen, welcome }) {
  const drawn = JSON.stringify([place, person(), messages]);
  if (log.dataset.drawn === drawn) return;
  const untouched = Math.abs(log.scrollTop - Number(log.dataset.left)) < 2;
  const atEnd = log.dataset.place !== place || untouched || log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  const focused = document.activeElement?.closest?.("[data-ts]")?.dataset.ts;
  const open = canOpen ? (ts) => { here.thread = ts; tell(refresh).then(() => byId("reply-text").focus()); } : null;
  const at = (message) => ({ user: here.me, channel: here.place, ts: message.ts });
  const act = (message, element, value, block) => tell(() =>
    post("click", { ...at(message), action_id: element.action_id, block_id: block, value }));
  const shortcut = (message, key) => tell(() => post("shortcut", { ...at(message), callback_id: key }));
  const remove = (message) => window.confirm("Delete this message?") && tell(() => post("delete", at(message)));
  const nodes = messages.map((message) => drawMessage(message, workspace, reader(),
    { open, act, shortcut, remove: mayDelete(message) ? remove : null }));
  log.replaceChildren(...(nodes.length || !welcome ? nodes : [welcome()]));
  Object.assign(log.dataset, { drawn, place });
  if (atEnd) scrollToNews(log);
  if (focused) log.querySelector(`[data-ts="${focused}"]`)?.focus({ preventScroll: true });
}

function scrollToNews(log) {
  const last = log.lastElementChild;
  log.scrollTop = last && last.offsetHeight > log.clientHeight ? last.offsetTop - 8 : log.scrollHeight;
  log.dataset.left = log.scrollTop;
}

// Candor answers in a thread: open it for whoever just asked, as soon as there is something in it.
function openAnswer(messages) {
  const answered = messages.find((message) => message.ts === here.awaiting && message.reply_count);
  if (answered) Object.assign(here, { thread: answered.ts, awaiting: null });
}

async function send(text, thread = null) {
  const names = {
    "@": new Set([...workspace.users, workspace.bot].map((user) => user.name)),
    "#": new Set(workspace.channels.map((channel) => channel.name)),
  };
  const body = { user: here.me, channel: here.place, text: linkNames(text, names) };
  const answer = await tell(() => post("say", thread ? { ...body, thread_ts: thread } : body));
  if (answer && !thread && (here.place === "dm" || body.text.includes("<@candor>"))) here.awaiting = answer.ts;
  if (answer) await tell(refresh);
  return answer;
}

async function moveClock(button) {
  const body = button.dataset.next ? { to: "next" } : { advance_seconds: Number(button.dataset.seconds) };
  const buttons = document.querySelectorAll(".steps button");
  buttons.forEach((each) => { each.disabled = true; });
  byId("status").textContent = "The clock is moving; everything due on the way is being done…";
  const before = reader().now();
  const answer = await tell(() => post("clock", body));
  buttons.forEach((each) => { each.disabled = false; });
  await tell(refresh);
  const still = answer && Date.parse(answer.now) - before < 2000;
  byId("status").textContent = still ? "Nothing is due: start weekly updates first, then come back." : "";
}

function showTime() {
  if (!workspace) return;
  const moment = reader().now();
  const day = { weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" };
  byId("now").textContent = formatted(moment, reader(), day);
  byId("zone").textContent = person().tz;
  byId("now").dateTime = moment.toISOString();
}

async function watch() {
  let count = -1;
  for (;;) {
    try {
      count = (await get("events", { since: count })).count;
      await refresh();
      showTime();
    } catch (error) {
      complain(error.message);
      await new Promise((resolve) => { setTimeout(resolve, 2000); });
    }
  }
}

function openPermalink() {
  const [, channel, digits] = /^\/archives\/(\w+)\/p(\d+)$/.exec(location.pathname) ?? [];
  if (!channel) return;
  const query = new URLSearchParams(location.search);
  here.place = workspace.channels.find((each) => each.id === channel)?.name ?? "dm";
  here.thread = query.get("thread_ts") ?? `${digits.slice(0, -6)}.${digits.slice(-6)}`;
}

const refreshModal = wireModal(() => here.me, reader, tell);
wireHints(byId("composer-text"), byId("hints"), () => workspace.commands);
wireComposer(byId("composer"), (text) => send(text));
wireComposer(byId("reply"), (text) => send(text, here.thread));
byId("alert-close").addEventListener("click", () => complain(""));
byId("thread-close").addEventListener("click", () => { here.thread = null; tell(refresh); });
byId("me").addEventListener("change", (event) => {
  sessionStorage.setItem("me", (here.me = event.target.value));
  go(here.place).then(showTime);
});
byId("leave").addEventListener("click", () =>
  tell(() => post(person().deleted ? "reactivate" : "deactivate", { user: here.me })));
for (const button of document.querySelectorAll(".steps button")) button.addEventListener("click", () => moveClock(button));
setInterval(showTime, 1000);
workspace = await get("state");
openPermalink();
watch();
