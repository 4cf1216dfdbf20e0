import type { Child } from 'hono/jsx';
import { classes } from './kinds.ts';

/** A part of a page under its own heading. */
export const Section = (props: {
  title: string;
  id?: string;
  actions?: Child;
  lead?: Child;
  children?: Child;
}) => (
  <section class="section" id={props.id}>
    <div class="section-head">
      <h2>{props.title}</h2>
      {props.actions && <div class="actions">{props.actions}</div>}
    </div>
    {props.lead && <p class="quiet">{props.lead}</p>}
    {props.children}
  </section>
);

/** One thing among several: a round, a record, a person. */
export const Card = (props: {
  title: Child;
  href?: string;
  tag?: Child;
  meta?: Child;
  footer?: Child;
  children?: Child;
}) => (
  <article class={classes('card', props.href && 'card-link')}>
    <div class="card-head">
      <h3>{props.href ? <a href={props.href}>{props.title}</a> : props.title}</h3>
      {props.tag}
    </div>
    {props.meta && <p class="quiet">{props.meta}</p>}
    {props.children}
    {props.footer && <div class="card-footer">{props.footer}</div>}
  </article>
);

export const Cards = ({ children }: { children?: Child }) => <div class="cards">{children}</div>;

/** Things one under another, without dots; nothing at all where there are none. */
export const PlainList = ({ children }: { children: Child }) =>
  [children].flat(4).some((child) => child !== null && child !== undefined && child !== false) ? (
    <ul class="plain-list">{children}</ul>
  ) : null;

/** Figures a person looks at first, in one line. */
export const Stats = ({ children }: { children?: Child }) => <dl class="stats">{children}</dl>;

export const Stat = (props: { label: string; value: string | number; href?: string; note?: Child }) => (
  <div class="stat">
    <dt>{props.label}</dt>
    <dd class="stat-value">{props.href ? <a href={props.href}>{props.value}</a> : props.value}</dd>
    {props.note && <dd class="quiet">{props.note}</dd>}
  </div>
);

/** Nothing here yet: what would be, and how it comes to be. */
export const EmptyState = (props: { title: string; action?: Child; children?: Child }) => (
  <div class="empty">
    <p class="empty-title">{props.title}</p>
    {props.children}
    {props.action}
  </div>
);

/** More for those who want it. */
export const Details = (props: { summary: string; open?: boolean; children?: Child }) => (
  <details class="details" open={props.open ?? false}>
    <summary>{props.summary}</summary>
    <div class="details-body">{props.children}</div>
  </details>
);
