export type TabsProps = { label: string; items: { href: string; label: string; current?: boolean; count?: string }[] };

/** Neighbouring pages as tabs: plain links, each with an address. */
export function Tabs(props: TabsProps) {
  return (
    <nav class="tabs" aria-label={props.label}>
      <ul class="tab-list">
        {props.items.map((item) => (
          <li>
            <a class="tab" href={item.href} aria-current={item.current ? 'page' : undefined}>
              {item.label}
              {item.count !== undefined && <span class="tab-count">{item.count}</span>}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
