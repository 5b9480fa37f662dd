/** What a person sees of a room: makes the changing parts of the snapshot, and reports paths that failed, each once. */
import type { LocalParticipant, Problem, RemoteParticipant, RoomSnapshot } from './api.ts';
import type { Environment } from './environment.ts';
import type { MediaRoutes } from './media-routes.ts';
import type { Meters } from './meters.ts';
import { SERVER_PATH_FAILED, mediaPathFailed } from './problems.ts';
import { SERVER } from './protocol.ts';
import type { Participant } from './protocol.ts';
import type { Roster } from './roster.ts';
import { shallowEqual, shareStructure } from './store.ts';

type Changing = Pick<RoomSnapshot, 'participants' | 'local' | 'topology'>;

export class RoomView {
  readonly #roster: Roster;
  readonly #routes: MediaRoutes;
  readonly #meters: Meters;
  readonly #onProblem: (problem: Problem) => void;
  /** Participants, or the server, that are known not to be reached. */
  #failed: ReadonlySet<string> = new Set();
  /** For a participant without a route. */
  readonly #emptyStream: MediaStream;

  constructor(
    environment: Environment,
    roster: Roster,
    routes: MediaRoutes,
    meters: Meters,
    onProblem: (problem: Problem) => void,
  ) {
    this.#roster = roster;
    this.#routes = routes;
    this.#meters = meters;
    this.#onProblem = onProblem;
    this.#emptyStream = environment.createStream();
  }

  /** @param before of which everything that did not change is kept @param name one's own */
  next(before: Changing, name: string): Changing {
    return {
      participants: shareStructure(
        before.participants,
        this.#roster.participants.map((each) => this.#participant(each)),
      ),
      local: this.#local(before.local, name),
      topology: this.#routes.topology,
    };
  }

  #participant({ id, name, media, connected }: Participant): RemoteParticipant {
    const route = this.#routes.get(id);
    return {
      id,
      name,
      media,
      connected,
      connection: route?.path?.phase ?? 'new',
      quality: this.#meters.quality(id),
      speaking: this.#meters.speaking(id),
      stream: route?.media.stream ?? this.#emptyStream,
      screen: route?.media.screen ?? null,
    };
  }

  #local(before: LocalParticipant, name: string): LocalParticipant {
    const local = {
      id: before.id,
      name,
      speaking: this.#meters.ownSpeaking,
      quality: this.#meters.ownQuality,
    };
    return shallowEqual(local, before) ? before : local;
  }

  /** Everybody who comes through the server fails with it: that is said once. */
  reportFailures(): void {
    const failed = new Map<string, Problem>();
    for (const { id, name } of this.#roster.participants) {
      const path = this.#routes.get(id)?.path ?? null;
      if (path?.kind === 'direct' && path.phase === 'failed') failed.set(id, mediaPathFailed(name));
    }
    if (this.#routes.server?.phase === 'failed') failed.set(SERVER, SERVER_PATH_FAILED);
    const before = this.#failed;
    this.#failed = new Set(failed.keys());
    for (const [id, problem] of failed) if (!before.has(id)) this.#onProblem(problem);
  }

  clear(): void {
    this.#failed = new Set();
  }
}
