export type DocumentLogoProps = {
  src: string;
  /** Whose it is. */
  alt: string;
  /** In pixels of the file: its room is kept until it is there. */
  width: number;
  height: number;
};

/** The logo at the head of a document, on white as on paper, in every theme. */
export function DocumentLogo(props: DocumentLogoProps) {
  return (
    <p class="document-logo">
      <img src={props.src} alt={props.alt} width={props.width} height={props.height} />
    </p>
  );
}
