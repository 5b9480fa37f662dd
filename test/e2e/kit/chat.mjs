/** The chat as a person uses it. */
import { until } from './wait.mjs';

/** Opens the panel when the call shows none. */
export async function openChat(person) {
  if (await person.shows('[data-testid="chat-input"]')) return;
  await person.clickOn('[data-testid="toggle-chat"], button[aria-label^="Chat"]');
  await person.waitForShown('[data-testid="chat-input"]');
}

export async function say(person, text) {
  await person.fill('chat-input', text);
  await person.click('chat-send');
}

/** Passes when exactly one message holds this text. */
export function seesMessage(person, text, { timeout = 5_000 } = {}) {
  return until(
    `the message “${text}” at ${person.name}`,
    async () => {
      const messages = await person.texts('[data-testid="chat-message"]');
      const found = messages.filter((message) => message.includes(text));
      if (found.length !== 1) throw new Error(`it is there ${found.length} times among ${JSON.stringify(messages)}`);
      return true;
    },
    { timeout },
  );
}
