/** What a broken or hostile client can send: it gets an answer that helps, and the others notice nothing. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import WebSocket from 'ws';
import { RawClient, joinAndNeverRead, joinMessage } from '../kit/raw-client.mjs';
import { FULL } from '../kit/stage.mjs';
import { startServer } from '../kit/server.mjs';
import { until } from '../kit/wait.mjs';

function assertProblem(message, code) {
  assert.equal(message.code, code);
  for (const member of ['message', 'hint']) {
    assert.equal(typeof message[member], 'string', `${member} of ${JSON.stringify(message)}`);
    assert.ok(message[member].length > 3, `${member} of ${JSON.stringify(message)}`);
  }
  assert.doesNotMatch(`${message.message} ${message.hint}`, /Exception|\bat [a-z.]+\(|undefined|: null/);
}

describe('bad input', { timeout: 240_000 }, () => {
  let server;
  const clients = [];

  before(async () => {
    server = await startServer({ flags: ['--joins-per-second', '0', '--resume-seconds', '5'] });
  });
  after(async () => {
    for (const client of clients) client.close();
    await server?.stop();
    server?.dispose();
    assert.deepEqual(server?.complaints(), []);
  });

  const open = async () => {
    const client = await RawClient.open(server.wsUrl);
    clients.push(client);
    return client;
  };
  const join = async (room, name, more) => {
    const client = await RawClient.join(server.wsUrl, room, name, more);
    clients.push(client);
    return client;
  };
  /** The connection still works and so does the room. */
  const alive = async (client) => {
    client.send({ type: 'ping', t: 42 });
    assert.equal((await client.next('pong')).t, 42);
  };

  describe('before join', () => {
    for (const [what, message, code, close] of [
      ['text that is not JSON', '{"type":', 'bad-message', 4400],
      ['JSON that is no object', '[1,2]', 'bad-message', 4400],
      ['an empty text', '', 'bad-message', 4400],
      ['a duplicate key', '{"type":"join","type":"join","version":1}', 'bad-message', 4400],
      ['a duplicate key deep inside', '{"type":"join","version":1,"media":{"camera":true,"camera":false}}', 'bad-message', 4400],
      ['join without members', '{"type":"join"}', 'bad-message', 4400],
      ['a member of the wrong type', JSON.stringify({ ...joinMessage('x'), name: 7 }), 'bad-message', 4400],
      ['arrays 10 000 deep', '['.repeat(10_000), 'bad-message', 4400],
      ['a number out of every range', `{"type":"ping","t":1e999999}`, 'bad-message', 4400],
      ['another message first', '{"type":"ping"}', 'join-expected', 4400],
      ['a version that does not exist', JSON.stringify({ ...joinMessage('x'), version: 99 }), 'version-unsupported', 4400],
      ['a binary message', Buffer.from('{}'), 'bad-message', 4400],
    ]) {
      it(`answers ${what} with ${code} and closes`, async () => {
        const client = await open();
        client.send(message);
        const { code: closedWith } = await client.nextClose();
        assert.equal(closedWith, close);
        const last = client.messages.at(-1);
        assert.ok(last, 'no message before the close');
        assertProblem(last, code);
      });
    }

    it('answers a message of 1 MB with message-too-large and closes', async () => {
      const client = await open();
      client.send(JSON.stringify({ ...joinMessage('x'), filler: 'x'.repeat(1_000_000) }));
      const { code } = await client.nextClose();
      assert.equal(code, 1009);
      assertProblem(client.messages.at(-1), 'message-too-large');
    });

    it('ends a connection that says nothing for ten seconds', async () => {
      const client = await open();
      const { code } = await client.nextClose({ timeout: 13_000 });
      assert.equal(code, 4400);
      assertProblem(client.messages.at(-1), 'join-expected');
    });
  });

  describe('after join', () => {
    const ice = { candidate: 'c', sdpMid: '0', sdpMLineIndex: 0, usernameFragment: null };
    for (const [what, message, code] of [
      ['text that is not JSON', 'hello', 'bad-message'],
      ['a duplicate key', '{"type":"chat","id":"1","text":"a","text":"b","n":1}', 'bad-message'],
      ['an unknown type', '{"type":"dance","n":1}', 'unknown-type'],
      ['a second join', JSON.stringify(joinMessage('elsewhere')), 'already-joined'],
      ['a chat without text', '{"type":"chat","id":"1","n":1}', 'bad-message'],
      ['a chat of 4001 characters', JSON.stringify({ type: 'chat', id: '1', text: 'x'.repeat(4001), n: 1 }), 'bad-message'],
      ['media of the wrong type', '{"type":"media","media":{"microphone":"yes","camera":true,"screen":false},"n":1}', 'bad-message'],
      ['a name with a line break', '{"type":"rename","name":"a\\nb","n":1}', 'name-invalid'],
      ['an offer to nobody', JSON.stringify({ type: 'offer', to: 'nobody', instance: 'i', sdp: 'v=0', sources: {}, n: 1 }), 'no-such-participant'],
      ['a candidate of 2000 characters', JSON.stringify({ type: 'candidate', to: 'p', instance: 'i', candidate: { ...ice, candidate: 'x'.repeat(2000) }, n: 1 }), 'bad-message'],
    ]) {
      it(`answers ${what} with ${code} and goes on`, async () => {
        const client = await join('rude');
        client.send(message);
        const error = await client.next('error');
        assertProblem(error, code);
        await alive(client);
        client.close();
      });
    }

    it('closes the connection of a message of 1 MB, and the room goes on', async () => {
      const [big, other] = [await join('big'), await join('big', 'Other')];
      big.send({ type: 'chat', id: '1', text: 'x'.repeat(1_000_000), n: 1 });
      assert.equal((await big.nextClose()).code, 1009);
      await alive(other);
    });

    it('takes the sender from the session, whatever the message says', async () => {
      const [one, two] = [await join('forge', 'One'), await join('forge', 'Two')];
      one.send({ type: 'chat', from: two.joined.participant, name: 'Two', id: 'a', text: 'not me', extra: 1, n: 1 });
      const chat = await two.next('chat');
      assert.equal(chat.from, one.joined.participant);
      assert.equal(chat.name, 'One');
      assert.equal('extra' in chat, false);
    });

    it('ignores a message sent twice', async () => {
      const [one, two] = [await join('twice', 'One'), await join('twice', 'Two')];
      for (let time = 0; time < 2; time++) one.send({ type: 'chat', id: 'a', text: 'once', n: 1 });
      one.send({ type: 'chat', id: 'b', text: 'then', n: 2 });
      await two.next('chat', { where: ({ text }) => text === 'then' });
      assert.equal(two.messages.filter(({ type }) => type === 'chat').length, 2);
    });
  });

  describe('names of rooms', () => {
    const rooms = ['agora', 'Ελληνικά', 'Комната 7', '会議室', 'غرفة الاجتماع', 'חדר', 'कमरा', 'ห้องประชุม', '방', '🏛️ party 👩‍👩‍👧', 'a/b?c#d%20&e', '..', '🏛'.repeat(64), '<script>alert(1)</script>', "'; drop table rooms --"];
    for (const room of rooms) {
      it(`lets two meet in “${room.slice(0, 30)}”`, async () => {
        const [one, two] = [await join(room, 'One'), await join(` ${room} `, 'Two')];
        assert.equal(one.joined.room, room.normalize('NFC'));
        assert.deepEqual(two.joined.participants.map(({ name }) => name), ['One']);
        one.close();
        two.close();
      });
    }

    it('takes two spellings of one name for the same room', async () => {
      const [one, two] = [await join('caf\u00e9 \u1100\u1161', 'One'), await join('cafe\u0301 \uac00', 'Two')];
      assert.equal(one.joined.room, two.joined.room);
      assert.equal(two.joined.participants.length, 1);
    });

    for (const [what, room] of [
      ['nothing', ''],
      ['only spaces', '   '],
      ['65 letters', 'x'.repeat(65)],
      ['10 kB', 'x'.repeat(10_240)],
      ['a control character', 'a\u0000b'],
      ['a line break', 'a\nb'],
      ['an escape', 'a\u001b[31mb'],
      ['a C1 control', 'a\u0085b'],
      ['half a surrogate pair', 'a\ud800b'],
    ]) {
      it(`refuses ${what}`, async () => {
        const client = await open();
        client.send(joinMessage(room));
        assert.equal((await client.nextClose()).code, 4400);
        const last = client.messages.at(-1);
        assertProblem(last, what === 'half a surrogate pair' ? last.code : 'room-name-invalid');
      });
    }

    it('refuses a participant’s name with control characters', async () => {
      const client = await open();
      client.send(joinMessage('agora', 'a\u0007b'));
      assert.equal((await client.nextClose()).code, 4400);
      assertProblem(client.messages.at(-1), 'name-invalid');
    });
  });

  it('answers HTTP nonsense with an error of the same shape', async () => {
    for (const path of ['/api/v1/nothing', '/api/v1/rooms/%00/participants']) {
      const response = await fetch(`${server.url}${path}`);
      assert.ok(response.status >= 400 && response.status < 500, `${path}: ${response.status}`);
      assertProblem(await response.json(), (await fetch(`${server.url}${path}`).then((r) => r.json())).code);
    }
    const traversal = await fetch(`${server.url}/..%2f..%2f..%2fetc%2fpasswd`);
    assert.doesNotMatch(await traversal.text(), /root:/);
  });

  it('drops a client that never reads, tells the others why, and delays nobody', async () => {
    const [listener, ...speakers] = await Promise.all(
      Array.from({ length: 6 }, (_, n) => join('flood', n === 0 ? 'Listener' : `Speaker ${n}`)),
    );
    const frozen = await joinAndNeverRead(server.port, 'flood', 'Frozen');
    const { participant } = await listener.next('participant-joined', { where: (m) => m.participant.name === 'Frozen' });
    const heard = (type, test) => listener.messages.find((message) => message.type === type && test(message));
    const dropped = () => heard('participant-updated', (m) => m.participant.id === participant.id && !m.participant.connected);

    const delays = [];
    const text = '會'.repeat(4000); // 12 kB
    let sent = 0;
    const end = Date.now() + 60_000;
    while (!dropped() && Date.now() < end) {
      for (const from of speakers) from.send({ type: 'chat', id: `${sent++}`, text });
      const at = performance.now();
      listener.send({ type: 'ping', t: sent });
      await listener.next('pong', { where: ({ t }) => t === sent });
      delays.push(performance.now() - at);
      await until('the pace of these speakers', () => performance.now() - at > 50, { every: 10 });
    }
    const chats = () => listener.messages.filter(({ type }) => type === 'chat').length;
    assert.ok(dropped(), `the frozen client is still there after ${sent} messages; the listener got ${chats()}`);
    await until('all chat at the listener', () => chats() === sent);
    delays.sort((a, b) => a - b);
    const p95 = delays[Math.floor(delays.length * 0.95)];
    assert.ok(p95 < 500, `a ping took ${Math.round(p95)} ms (p95) while one client did not read`);

    await frozen.ended();
    await until('the others told why it left', () => heard('participant-left', (m) => m.participant === participant.id), {
      timeout: 15_000,
    });
    assert.equal(heard('participant-left', (m) => m.participant === participant.id).reason, 'slow');
  });
});

const JOINS = FULL ? 10_000 : 4_000;
/** What members of a room hear of each other. */
const EVENTS = ['participant-joined', 'participant-left', 'participant-updated', 'topology'];

describe(`${JOINS} joins in a moment`, { timeout: 120_000 }, () => {
  it('are mostly refused, and the server stays healthy and small', async () => {
    const server = await startServer();
    const clients = [];
    try {
      // A first wave, so that the memory compared with is that of a server that has worked.
      await Promise.all(Array.from({ length: 20 }, (_, n) => RawClient.join(server.wsUrl, `warm-${n}`).then((c) => c.close())));
      const before = server.rssKib();
      const count = { joined: 0, limited: 0, refused: 0, other: [] };
      let next = 0;
      const began = Date.now();
      const worker = async () => {
        while (next < JOINS) {
          const n = next++;
          await new Promise((resolve) => {
            const socket = new WebSocket(server.wsUrl, { perMessageDeflate: false });
            clients.push(socket);
            let answered = false;
            socket.on('open', () => socket.send(JSON.stringify(joinMessage(`storm-${n % 50}`))));
            socket.on('unexpected-response', (_, { statusCode }) => {
              answered = true;
              if (statusCode === 429) count.limited++;
              else count.other.push(statusCode);
              socket.terminate();
              resolve();
            });
            socket.on('message', (data) => {
              const message = JSON.parse(data.toString());
              answered = true;
              if (message.type === 'joined') count.joined++;
              else if (message.code === 'rate-limited') count.limited++;
              else if (!EVENTS.includes(message.type)) count.other.push(message.code);
              resolve();
            });
            socket.on('close', () => {
              if (!answered) count.refused++;
              resolve();
            });
            socket.on('error', () => {}); // The close follows.
          });
        }
      };
      await Promise.all(Array.from({ length: 100 }, worker));
      const seconds = (Date.now() - began) / 1000;
      assert.deepEqual(count.other, []);
      const fair = 100 + 20 * (seconds + 5);
      assert.ok(count.joined <= fair, `${count.joined} of ${JOINS} joined within ${seconds} s`);
      assert.ok(count.limited + count.refused > JOINS / 2, JSON.stringify(count));
      assert.equal((await fetch(`${server.url}/healthz`)).status, 200);
      for (const socket of clients) socket.terminate();
      const late = await until('a join after the storm', () => RawClient.join(server.wsUrl, 'after').catch(() => null), {
        timeout: 20_000,
        every: 500,
      });
      late.send({ type: 'ping', t: 1 });
      await late.next('pong');
      late.close();
      const grown = (server.rssKib() - before) / 1024;
      assert.ok(grown < 150, `the server grew by ${Math.round(grown)} MiB`);
      assert.deepEqual(server.complaints(), []);
      console.log(`joined ${count.joined}, limited ${count.limited}, refused ${count.refused} in ${seconds} s; RSS +${Math.round(grown)} MiB`);
    } finally {
      for (const socket of clients) socket.terminate();
      await server.stop();
      server.dispose();
    }
  });
});
