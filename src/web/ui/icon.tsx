/** Small drawings in the markup; always beside words, so hidden from screen readers. */

const paths = {
  met: 'M3 8.5 6.5 12 13 4.5',
  unmet: 'M4 4l8 8M12 4l-8 8',
  missing: 'M8 3.5v6M8 12.4v.2',
  decide: 'M5.6 6a2.4 2.4 0 1 1 3.6 2.1c-.8.5-1.2.9-1.2 1.7M8 12.4v.2',
  info: 'M8 7v5.5M8 3.6v.2',
  success: 'M3 8.5 6.5 12 13 4.5',
  warning: 'M8 3.5v6M8 12.4v.2',
  error: 'M4 4l8 8M12 4l-8 8',
  close: 'M4 4l8 8M12 4l-8 8',
  bell: 'M3.5 11.5h9l-1.2-1.6V7a3.3 3.3 0 0 0-6.6 0v2.9zM6.7 13.6a1.4 1.4 0 0 0 2.6 0',
  person: 'M8 8a2.6 2.6 0 1 0 0-5.2A2.6 2.6 0 0 0 8 8zM2.8 13.6c.6-2.4 2.6-3.8 5.2-3.8s4.6 1.4 5.2 3.8',
  up: 'M4 10l4-4 4 4',
  down: 'M4 6l4 4 4-4',
} as const;

export type IconName = keyof typeof paths;

export const Icon = ({ name }: { name: IconName }) => (
  <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
    <path d={paths[name]} />
  </svg>
);

/** The mark: a leaf of the blue plant, and the deeper blue that comes of it. */
export const Mark = () => (
  <svg class="mark" viewBox="0 0 32 32" width="32" height="32" aria-hidden="true" focusable="false">
    <path class="mark-leaf" d="M4 17C4 9 10 4 21 3c1 11-4 17-12 17-2 0-4-1-5-3z" />
    <path class="mark-deep" d="M11 25c0-8 6-13 17-14 1 11-4 18-12 18-2 0-4-1-5-4z" />
    <path class="mark-vein" d="M7 29c3-6 7-10 14-13" />
  </svg>
);
