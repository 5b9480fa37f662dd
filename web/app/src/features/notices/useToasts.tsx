import type { LocalMedia, Problem, Room } from '@stoa/client';
import { notifications } from '@mantine/notifications';
import { IconAlertTriangle, IconScreenShare, IconUsers } from '@tabler/icons-react';
import { useEffect } from 'react';
import { useSelected } from '../../hooks/useStore';
import { NoticeGroups } from './NoticeGroups';
import type { Toast } from './summarise';

/** Tells about people, screens and problems, briefly. */
export function useToasts(room: Room, media: LocalMedia): void {
  useEffect(() => {
    const groups = new NoticeGroups((toasts) => toasts.forEach(show));
    const stop = room.onNotice((notice) => groups.add(notice));
    return () => {
      stop();
      groups.close();
      notifications.clean();
    };
  }, [room]);
  useMediaProblem(useSelected(media, (state) => state.camera.problem));
  useMediaProblem(useSelected(media, (state) => state.microphone.problem));
  useMediaProblem(useSelected(media, (state) => state.screen.problem));
}

function useMediaProblem(problem: Problem | null): void {
  useEffect(() => {
    if (problem !== null && problem.code !== 'dismissed') show({ kind: 'problem', problem });
  }, [problem]);
}

function show(toast: Toast): void {
  if (toast.kind === 'problem') {
    notifications.show({
      id: `problem-${toast.problem.code}`,
      role: 'status',
      color: 'terracotta',
      icon: <IconAlertTriangle size={20} />,
      title: toast.problem.message,
      message: toast.problem.hint,
      autoClose: 9000,
    });
    return;
  }
  const icon = toast.kind === 'sharing' ? <IconScreenShare size={20} /> : <IconUsers size={20} />;
  notifications.show({ role: 'status', color: 'aegean', icon, message: toast.text });
}
