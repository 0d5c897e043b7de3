// The script of the pretend shops. A real shop's page does the first two things, and its server the third.

const form = document.getElementById("shop");
const brand = form.dataset.brand;

const post = (path, body) =>
  fetch(path, {
    method: "POST",
    credentials: "omit",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

const element = (name, text) => {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
};

// What somebody said to somebody, word for word.
const exchange = (title, { request, answer }) => {
  const made = document.createElement("details");
  made.open = true;
  made.append(element("summary", title), element("pre", request), element("pre", answer));
  return made;
};

const identify = async (userId, clickId) => {
  const vouched = await post(`/_local/shop/${brand}/vouch`, { userId });
  const { userHash } = await vouched.json();
  const path = `/api/t/${brand}/attribution/identify`;
  const body = { userId, clickId, userHash };
  const answer = await post(path, body);
  const said = JSON.stringify(await answer.json(), null, 2);
  return {
    request: `POST ${path}\nContent-Type: application/json\n\n${JSON.stringify(body, null, 2)}`,
    answer: `${answer.status} ${answer.statusText}\n\n${said}`,
  };
};

const buy = async (product) => {
  const userId = form.elements.userId.value;
  const clickId = form.dataset.cref;
  const calls = [];
  if (clickId) {
    calls.push(exchange("The page identifies the visitor. The shop's server signs the user ID with userHash.", await identify(userId, clickId)));
  }
  const order = form.elements.order.value;
  const sold = await post(`/_local/shop/${brand}/buy`, { userId, product, order });
  const { told, booked } = await sold.json();
  calls.push(exchange("The shop's server reports the purchase. The response never reveals the result.", told));
  const line = document.getElementById("booked");
  line.replaceChildren();
  for (const { amount, partner, link, page } of booked) {
    const name = element("a", partner);
    name.href = page;
    line.append(`Commission for ${order}: ${amount} for `, name, `, through the link ${link}. `);
  }
  if (booked.length === 0) {
    line.textContent = `No commission for ${order}: ${form.elements.userId.selectedOptions[0].textContent} never came through a link that counts.`;
  }
  document.getElementById("calls").replaceChildren(...calls);
  document.getElementById("happened").hidden = false;
};

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = event.submitter ?? form.querySelector("button[name=product]");
  button.disabled = true;
  try {
    await buy(Number(button.value));
  } catch (error) {
    document.getElementById("booked").textContent = `Something went wrong: ${error.message}`;
    document.getElementById("happened").hidden = false;
  } finally {
    button.disabled = false;
    button.focus();
  }
});

document.getElementById("another").addEventListener("click", () => {
  const [, word, number] = form.elements.order.value.match(/^(.*?)(\d*)$/);
  form.elements.order.value = `${word}${Number(number || 0) + 1}`;
});
