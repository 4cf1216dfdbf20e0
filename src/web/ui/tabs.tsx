export type Tab = {
  readonly href: string;
  readonly label: string;
  readonly current: boolean;
  readonly count?: number;
};

/** Views of one thing, each with its own address. */
export const Tabs = ({ tabs, label }: { tabs: readonly Tab[]; label: string }) => (
  <nav class="tabs" aria-label={label}>
    <ul>
      {tabs.map((tab) => (
        <li>
          <a href={tab.href} aria-current={tab.current ? 'page' : undefined}>
            {tab.label}
            {tab.count !== undefined && <span class="count">{tab.count}</span>}
          </a>
        </li>
      ))}
    </ul>
  </nav>
);
