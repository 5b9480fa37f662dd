import { describe, expect, it } from 'vitest';
import { ServerApi } from './server-api.ts';
import { World } from './testing/world.ts';

function api(answer: unknown, server?: string, token: string | null = null) {
  const asked: { url: string; token: string | null }[] = [];
  const { environment } = new World().tab(
    { connect: () => undefined },
    {
      fetchJson: (url, sent) => {
        asked.push({ url, token: sent });
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
      },
    },
  );
  return { asked, api: new ServerApi(environment, server, token) };
}

describe('ICE servers', () => {
  it('are asked for with the token and taken as they are', async () => {
    const iceServers = [
      { urls: ['stun:stoa.example:3478'] },
      { urls: ['turn:stoa.example:3478', 'turns:stoa.example:5349?transport=tcp'], username: 'u', credential: 'c' },
    ];
    const { asked, api: server } = api({ iceServers }, 'https://stoa.example/', 'secret');
    expect(await server.iceServers()).toEqual(iceServers);
    expect(asked).toEqual([{ url: 'https://stoa.example/api/v1/ice-servers', token: 'secret' }]);
  });

  it.each([new Error('offline'), null, 7, {}, { iceServers: {} }, { iceServers: [null, { urls: 7 }] }])(
    'are none when the answer is %s',
    async (answer) => {
      expect(await api(answer).api.iceServers()).toEqual([]);
    },
  );

  it('leave out what would make the browser refuse the rest', async () => {
    const answer = {
      iceServers: [{ urls: ['http://x', 'stun:ok'] }, { urls: 'turn:no-credentials' }, { urls: 'stun:fine' }],
    };
    expect(await api(answer).api.iceServers()).toEqual([{ urls: ['stun:ok'] }, { urls: ['stun:fine'] }]);
  });
});

describe('addresses', () => {
  it.each([
    [undefined, 'wss://stoa.example/ws'],
    ['http://localhost:8080', 'ws://localhost:8080/ws'],
    ['wss://other.example/stoa/', 'wss://other.example/stoa/ws'],
  ])('of the WebSocket for %s', (server, expected) => {
    expect(api(null, server).api.webSocketUrl).toBe(expected);
  });

  it('of the invitation come from the server', async () => {
    const { asked, api: server } = api({ url: 'https://192.0.2.1:8443/r/agora?token=t' });
    expect(await server.inviteLink('ago/ra')).toBe('https://192.0.2.1:8443/r/agora?token=t');
    expect(asked[0]?.url).toBe('https://stoa.example/api/v1/rooms/ago%2Fra/invite');
  });

  it.each([new Error('404'), {}, { url: 'javascript:alert(1)' }])(
    'of the invitation fall back to the page: %s',
    async (answer) => {
      expect(await api(answer, undefined, 't&t').api.inviteLink('Στοά')).toBe(
        `https://stoa.example/r/${encodeURIComponent('Στοά')}?token=t%26t`,
      );
      expect(await api(answer).api.inviteLink('a')).toBe('https://stoa.example/r/a');
    },
  );
});
