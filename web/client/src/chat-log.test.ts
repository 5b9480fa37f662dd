import { describe, expect, it } from 'vitest';
import type { ChatMessage } from './api.ts';
import { ChatLog } from './chat-log.ts';
import { MemoryStorage } from './testing/world.ts';

const message = (id: string): ChatMessage => ({ id, from: 'p1', name: 'Anna', text: id, at: 1, via: 'peer' });

describe('the chat log', () => {
  it('shows a message that came both ways once', () => {
    const log = new ChatLog(null, 'agora');
    expect(log.add(message('a'))).toBe(true);
    expect(log.add({ ...message('a'), via: 'room' })).toBe(false);
    expect(log.messages).toEqual([message('a')]);
  });

  it('keeps the last 200, over a reload too, each room its own', () => {
    const storage = new MemoryStorage();
    const log = new ChatLog(storage, 'agora');
    for (let at = 0; at < 250; at++) log.add(message(String(at)));
    expect(log.messages.map((each) => each.id)).toEqual(Array.from({ length: 200 }, (_, at) => String(at + 50)));
    expect(new ChatLog(storage, 'agora').messages).toEqual(log.messages);
    expect(new ChatLog(storage, 'other').messages).toEqual([]);
  });

  it.each(['{', 'null', '{}', '[1,null,{"id":"a"}]', '[{"id":"a","from":1,"name":"","text":"","at":1,"via":"peer"}]'])(
    'starts empty over the stored %s',
    (text) => {
      const storage = new MemoryStorage();
      storage.setItem('stoa.chat.agora', text);
      expect(new ChatLog(storage, 'agora').messages).toEqual([]);
    },
  );

  it('goes on when the storage is full', () => {
    const full = {
      getItem: () => null,
      setItem: () => {
        throw new Error('QuotaExceededError');
      },
      removeItem: () => undefined,
    };
    const log = new ChatLog(full, 'agora');
    expect(log.add(message('a'))).toBe(true);
  });
});
