import { classes, type Tone } from './kinds.ts';

/** A status in a word; the colour repeats what the word says. */
export const StatusTag = ({ tone = 'neutral', text }: { tone?: Tone; text: string }) => (
  <strong class={classes('tag', `tag-${tone}`)}>{text}</strong>
);
