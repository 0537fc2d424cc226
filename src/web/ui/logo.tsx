import { classes } from './classes.ts';

export type LogoProps = { class?: string; markOnly?: boolean };

/** The wordmark: a small bird at rest on its perch, and the name. Its accessible name is "Roost". */
export function Logo(props: LogoProps) {
  return (
    <span class={classes('logo', props.class)}>
      <svg class="logo-mark" viewBox="0 0 32 32" width="32" height="32" aria-hidden="true" focusable="false">
        <path
          class="logo-body"
          d="M4.2 8.6c-.1-.8.8-1.3 1.4-.8l4.2 3.4C11.3 7.3 15 5 19 5c4.7 0 8.2 3.3 8.2 7.7 0 7.2-4.7 12.3-11.4 12.3C8.6 25 4.7 18.7 4.2 8.6z"
        />
        <path class="logo-beak" d="M26.9 10.2 31 12.4l-4 2.2z" />
        <path class="logo-wing" d="M10.2 14.8c.2 4.7 3.5 7.5 8.3 7.4-.2-4.6-3.5-7.5-8.3-7.4z" />
        <circle class="logo-eye" cx="21.6" cy="11" r="1.4" />
        <path class="logo-perch" d="M5 28h21" />
      </svg>
      {props.markOnly ? <span class="sr-only">Roost</span> : <span class="logo-name">Roost</span>}
    </span>
  );
}
