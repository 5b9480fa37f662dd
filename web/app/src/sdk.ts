import type { CreateLocalMedia, CreateRoom } from '@stoa/client';
import { createContext } from 'react';

export interface Sdk {
  readonly createLocalMedia: CreateLocalMedia;
  readonly createRoom: CreateRoom;
}

/** Another SDK than `@stoa/client`, for the demonstration pages of the development server; null in production. */
export const SdkContext = createContext<Sdk | null>(null);
