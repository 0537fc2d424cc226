import type { Shell } from './layout.tsx';
import { shellMessages } from './messages.ts';
import { Icon, type IconName } from './ui/icon.tsx';
import { Logo } from './ui/logo.tsx';

export type NavItem = {
  href: string;
  label: string;
  icon: IconName;
  current?: boolean;
  badge?: number;
  /** The area it belongs to, such as Community. */
  group?: string;
};

/** Where the appearance form is posted, with `theme` and `returnTo`. */
export const APPEARANCE_ACTION = '/appearance';

/** The member's frame: on a phone a line at the top and a bar at the bottom, on a desktop one line. At most five ways. */
export function MemberNavigation({ shell }: { shell: Shell }) {
  const text = shellMessages(shell.locale);
  return (
    <header class="member-head">
      <div class="member-head-row">
        <HomeLink shell={shell} />
        <div class="member-head-end">
          <SwitchLink shell={shell} />
          <PersonLink shell={shell} />
        </div>
      </div>
      {shell.nav && shell.nav.items.length > 0 && (
        <nav class="member-nav" aria-label={text.mainNavigation}>
          <NavList items={shell.nav.items.slice(0, 5)} />
        </nav>
      )}
    </header>
  );
}

/** The administrator's frame: a sidebar on a desktop; on a phone a bar whose menu is a popover. */
export function AdministratorNavigation({ shell }: { shell: Shell }) {
  const text = shellMessages(shell.locale);
  return (
    <header class="admin-head">
      <div class="admin-bar">
        <HomeLink shell={shell} />
        <button type="button" class="button button-quiet button-small admin-menu-button" popovertarget="admin-menu">
          <Icon name="menu" />
          <span>{text.menu}</span>
        </button>
      </div>
      <div class="admin-menu" id="admin-menu" popover="auto">
        <nav aria-label={text.mainNavigation}>
          <GroupedNavList items={shell.nav?.items ?? []} />
        </nav>
        <div class="admin-foot">
          <SwitchLink shell={shell} />
          <PersonLink shell={shell} />
          <ThemeChoice shell={shell} />
        </div>
      </div>
    </header>
  );
}

/** The items of one area below its name; those of none stand alone. */
function GroupedNavList(props: { items: NavItem[] }) {
  return (
    <>
      {[...Map.groupBy(props.items, (item) => item.group ?? '')].map(([group, items], index) =>
        group === '' ? (
          <NavList items={items} />
        ) : (
          <section class="nav-group" aria-labelledby={`nav-group-${index}`}>
            <p class="nav-group-name" id={`nav-group-${index}`}>
              {group}
            </p>
            <NavList items={items} />
          </section>
        ),
      )}
    </>
  );
}

function NavList(props: { items: NavItem[] }) {
  return (
    <ul class="nav-list">
      {props.items.map((item) => (
        <li>
          <a class="nav-item" href={item.href} aria-current={item.current ? 'page' : undefined}>
            <Icon name={item.icon} />
            <span class="nav-label">{item.label}</span>
            {item.badge ? <span class="nav-badge">{item.badge}</span> : null}
          </a>
        </li>
      ))}
    </ul>
  );
}

function HomeLink({ shell }: { shell: Shell }) {
  if ((shell.places?.length ?? 0) > 1) return <PlaceSwitch shell={shell} />;
  return (
    <a class="home-link" href="/">
      <Logo />
      {shell.place && <span class="home-place">{shell.place}</span>}
    </a>
  );
}

/** For people with several locations: the name of this one opens the list of all. A disclosure, so it needs no script. */
function PlaceSwitch({ shell }: { shell: Shell }) {
  const text = shellMessages(shell.locale);
  return (
    <div class="home">
      <a class="home-link" href="/">
        <Logo />
      </a>
      <details class="menu place-menu" data-menu>
        <summary class="button button-quiet button-small">
          <span>{shell.place}</span>
          <span class="sr-only">{text.switchLocation}</span>
          <Icon name="down" />
        </summary>
        <ul class="menu-panel">
          {shell.places?.map(({ href, label, current }) => (
            <li>
              <a class="menu-item" href={href} aria-current={current ? 'true' : undefined}>
                {label}
              </a>
            </li>
          ))}
        </ul>
      </details>
    </div>
  );
}

function SwitchLink({ shell }: { shell: Shell }) {
  const to = shell.nav?.switchTo;
  if (!to) return null;
  return (
    <a class="switch-link" href={to.href}>
      <Icon name="swap" />
      <span>{to.label}</span>
    </a>
  );
}

function PersonLink({ shell }: { shell: Shell }) {
  if (!shell.person) return null;
  return (
    <a class="person-link" href={shell.person.href}>
      <span class="avatar" aria-hidden="true">
        {initials(shell.person.name)}
      </span>
      <span class="person-name">{shell.person.name}</span>
    </a>
  );
}

/** Light, dark or as the device: a plain form whose answer is a cookie. A full load, because Turbo leaves `<html>` as it is. */
export function ThemeChoice({ shell }: { shell: Shell }) {
  const text = shellMessages(shell.locale);
  const choices = [
    { theme: 'system', icon: 'device', label: text.themeSystem },
    { theme: 'light', icon: 'sun', label: text.themeLight },
    { theme: 'dark', icon: 'moon', label: text.themeDark },
  ] as const;
  return (
    <form method="post" action={APPEARANCE_ACTION} class="theme-choice" data-turbo="false" aria-label={text.theme}>
      <input type="hidden" name="returnTo" value={shell.path} />
      {choices.map((choice) => (
        <button
          type="submit"
          name="theme"
          value={choice.theme}
          aria-pressed={shell.theme === choice.theme ? 'true' : 'false'}
          aria-label={choice.label}
        >
          <Icon name={choice.icon} />
        </button>
      ))}
    </form>
  );
}

function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  return [words[0], words.length > 1 ? words.at(-1) : '']
    .map((word) => [...(word ?? '')][0] ?? '')
    .join('')
    .toUpperCase();
}
