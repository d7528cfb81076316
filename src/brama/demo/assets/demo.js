// The demo page: sign in by one click, pair this device as a gate, and let the tray's tickets be judged.

const { staff, event, locale } = JSON.parse(document.getElementById("demo-data").textContent);

async function post(path, body, headers = {}) {
  const answer = await fetch(`/api/${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "Accept-Language": locale, "Idempotency-Key": crypto.randomUUID(), ...headers },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}

async function signIn(role, transport) {
  const { email, password } = staff[role];
  return post("identity/v1/sessions", transport ? { email, password, transport } : { email, password });
}

for (const button of document.querySelectorAll("[data-sign-in]")) {
  button.addEventListener("click", async () => {
    await signIn(button.dataset.signIn, "cookie");
    location.href = "/admin/";
  });
}

document.querySelector("[data-pair]").addEventListener("click", async () => {
  const { access_token } = await signIn("manager");
  const device = await post(
    "identity/v1/devices",
    { name: navigator.platform || "Demo", event_ids: [event.id], gate_ids: [event.gates[0].id] },
    { Authorization: `Bearer ${access_token}` },
  );
  location.href = device.pairing_url;
});

const gate = document.querySelector("[data-gate]");

function show(verdict, word, what) {
  gate.dataset.verdict = verdict;
  gate.querySelector("[data-word]").textContent = word;
  gate.querySelector("[data-what]").textContent = what;
}

let inspector;

async function scan(code) {
  inspector ??= signIn("inspector");
  const { access_token } = await inspector;
  return post(
    "admission/v1/redeem",
    {
      scan_id: crypto.randomUUID(), code, check_in_list_id: event.check_in_lists[0].id, gate_id: event.gates[0].id,
      kind: "entry", scanned_at: new Date().toISOString(),
    },
    { Authorization: `Bearer ${access_token}` },
  );
}

for (const button of document.querySelectorAll("[data-code]")) {
  button.addEventListener("click", async () => {
    try {
      const { verdict, outcome, ticket } = await scan(button.dataset.code);
      const words = gate.dataset[outcome.replace(/_(.)/g, (_, letter) => letter.toUpperCase())] ?? gate.dataset.other;
      show(verdict, gate.dataset[verdict], [words, ticket?.holder].filter(Boolean).join(". "));
    } catch {
      inspector = undefined;
      show("ask", "…", gate.dataset.failed);
    }
  });
}
