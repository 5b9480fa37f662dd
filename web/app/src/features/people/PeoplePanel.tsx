import { useInviteLink } from '../../hooks/useInviteLink';
import { useSelected } from '../../hooks/useStore';
import { CopyLink } from '../../ui/CopyLink';
import { useCall } from '../call/CallContext';
import type { TileKey } from '../call/arrange';
import classes from './PeoplePanel.module.css';
import { PersonRow } from './PersonRow';

export function PeoplePanel({ onShow }: { onShow: (key: TileKey) => void }) {
  const { room, media } = useCall();
  const participants = useSelected(room, (state) => state.participants);
  const local = useSelected(room, (state) => state.local);
  const microphone = useSelected(media, (state) => state.microphone.status === 'on');
  const camera = useSelected(media, (state) => state.camera.status === 'on');
  const screen = useSelected(media, (state) => state.screen.track !== null);
  const link = useInviteLink(room);
  return (
    <div className={classes.panel}>
      <ul className={classes.list} aria-label="In this call">
        <PersonRow
          id={local.id ?? 'local'}
          name={local.name}
          own
          media={{ microphone, camera, screen }}
          speaking={local.speaking && microphone}
          quality={local.quality}
          connected
          onShow={() => onShow('local')}
        />
        {participants.map((person) => (
          <PersonRow key={person.id} {...person} onShow={() => onShow(`camera:${person.id}`)} />
        ))}
      </ul>
      <div className={classes.invite}>
        <CopyLink link={link} />
      </div>
    </div>
  );
}
